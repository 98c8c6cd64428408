"""Who may do and see what: one row for every command and every query of the service. A new one needs a row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

import pytest

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from services.backbone.entrypoints.rpc import RemoteMethod
from services.backbone.identifiers import new_id
from services.backbone.perform import Call
from services.coalitions.queries import coalitions, consultations, positions, suggestions
from services.coalitions.service import CoalitionsService
from services.coalitions.use_cases.apply_for_membership import apply_for_membership
from services.coalitions.use_cases.cast_stance import cast_stance
from services.coalitions.use_cases.choose_steering import choose_steering
from services.coalitions.use_cases.close_due_ballots import close_due_ballots
from services.coalitions.use_cases.consolidate_position import consolidate_position
from services.coalitions.use_cases.deliver_position import deliver_position
from services.coalitions.use_cases.invite_member import invite_member
from services.coalitions.use_cases.open_consultation import open_consultation
from services.coalitions.use_cases.record_position import record_position
from services.coalitions.use_cases.submit_amendment import submit_amendment
from tests.coalitions.network import TEXT, Coalition, Network, a_person, plain

#: What says that somebody may not do a thing, whatever state it is in.
NOT_ALLOWED = {"UNAUTHENTICATED", "FORBIDDEN", "MANDATE_REQUIRED", "NOT_FOUND"}
WHY = "Parce que cela ne suffit pas encore."
CHANGE = {"operation": "REPLACE", "pid": "p2", "new_text": "Autrement.", "rationale": "Pour le dire plus clairement."}


def later(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


@dataclass
class World:
    """A coalition with everybody who may stand in some relation to it.

    Members 0 and 1 write positions, member 2 has a representative and an alternate, members 3 and 4 steer.
    """

    network: Network
    visibility: str
    coalition: Coalition = field(init=False)
    people: dict[str, Actor] = field(init=False)
    project: UUID = field(init=False)

    def __post_init__(self) -> None:
        network, theme = self.network, f"theme-{new_id().hex[-8:]}"
        self.theme = theme
        coalition = self.coalition = network.a_coalition(members=6, visibility=self.visibility, themes=[theme])
        network.do(choose_steering, coalition=coalition.id, organisations=coalition.members[3:5])
        _, observer = network.a_member(coalition.id, "OBSERVER")
        founder, self.project = a_person(), new_id()
        self.newcomer, self.guest = network.an_organisation(), network.an_organisation()
        card = {"slug": "colette", "name": "Colette", "themes": [theme], "lifecycle": "ACTIVE"}
        network.tell("incubator", "project.recorded", self.project, project=self.project, founders=[founder.id], **card)
        own = (coalition.members[2], coalition.members[5], self.newcomer, self.guest)
        self.people = {
            "anonymous": ANONYMOUS,
            "stranger": a_person(),
            "member of another": network.a_coalition(members=3).voices[0],
            "founder": founder,
            "observer": observer,
            "administrator of a member": a_person(*(Grant("ORG_ADMIN", f"organisation/{one}") for one in own)),
            "representative": coalition.voices[2],
            "alternate": network.a_representative(coalition.members[2], coalition.id),
            "editor": coalition.voices[0],
            "steering": coalition.voices[3],
            "granted steering": a_person(Grant("STEERING", f"coalition/{coalition.id}")),
            "convener": coalition.convener,
            "granted convener": a_person(Grant("CONVENER", f"coalition/{coalition.id}")),
            "direction": a_person(Grant("DIRECTOR")),
            "administrator": a_person(Grant("ADMIN")),
            "the network": SYSTEM,
        }

    def membership_of(self, organisation: UUID) -> UUID:
        [row] = self.network.rows(
            "SELECT id FROM memberships WHERE coalition = :one AND organisation = :two",
            one=self.coalition.id,
            two=organisation,
        )
        found: UUID = row["id"]
        return found

    @cached_property
    def applied(self) -> UUID:
        organisation = self.network.an_organisation()
        answer = self.network.do(apply_for_membership, coalition=self.coalition.id, organisation=organisation)
        membership: UUID = answer["membership"]
        return membership

    @cached_property
    def invited(self) -> UUID:
        answer = self.network.do(invite_member, coalition=self.coalition.id, organisation=self.guest)
        membership: UUID = answer["membership"]
        return membership

    @cached_property
    def draft(self) -> UUID:
        return self.coalition.a_draft(evidence=[{"kind": "PROJECT", "thing": self.project}])

    @cached_property
    def amendable(self) -> UUID:
        return self.coalition.an_amendable()

    @cached_property
    def amendment(self) -> UUID:
        request = {"position": self.amendable, **CHANGE}
        answer = self.network.do(submit_amendment, self.coalition.voices[2], **request)
        found: UUID = answer["amendment"]
        return found

    @cached_property
    def consolidated(self) -> UUID:
        position = self.coalition.an_amendable()
        self.coalition.amendments_close(position)
        self.network.do(consolidate_position, position=position)
        return position

    @cached_property
    def in_decision(self) -> UUID:
        return self.coalition.in_decision()

    @cached_property
    def ballot(self) -> UUID:
        [row] = self.network.rows("SELECT id FROM ballots WHERE position = :id", id=self.in_decision)
        found: UUID = row["id"]
        return found

    @cached_property
    def in_sign_off(self) -> UUID:
        evidence = [{"kind": "PROJECT", "thing": self.project}]
        position = self.coalition.in_decision(decision_class="PLAN", evidence=evidence)
        for voice in self.coalition.voices[:5]:
            self.network.do(cast_stance, voice, position=position, stance="AGREE")
        self.coalition.ballot_closes(position)
        self.network.run(close_due_ballots)
        return position

    @cached_property
    def published(self) -> UUID:
        made = self.network.do(record_position, **self.record())
        found: UUID = made["id"]
        return found

    @cached_property
    def delivery(self) -> UUID:
        sent = {"target": "Le Sénat", "channel": "courrier", "sent_on": "2026-01-01"}
        answer = self.network.do(deliver_position, position=self.published, **sent)
        found: UUID = answer["delivery"]
        return found

    @cached_property
    def consultation(self) -> UUID:
        answer = self.network.do(
            open_consultation,
            coalition=self.coalition.id,
            question="Que faut-il ?",
            closes_at=later(9),
            statements=["Un banc."],
        )
        found: UUID = answer["id"]
        return found

    @cached_property
    def statement(self) -> UUID:
        [row] = self.network.rows(
            "SELECT id FROM statements WHERE consultation = :id AND number = 1", id=self.consultation
        )
        found: UUID = row["id"]
        return found

    @cached_property
    def suggestion(self) -> UUID:
        self.network.tell_itself("coalition.activated", f"coalition/{self.coalition.id}")
        [row] = self.network.rows("SELECT id FROM suggestions WHERE project = :id", id=self.project)
        found: UUID = row["id"]
        return found

    def slug_of(self, table: str, identity: UUID) -> str:
        [row] = self.network.rows(f"SELECT slug FROM {table} WHERE id = :id", id=identity)
        return str(row["slug"])

    def record(self) -> dict[str, Any]:
        return {
            "slug": f"lien-{new_id().hex[-8:]}",
            "coalition": self.coalition.slug,
            "title": "Compter le lien social comme un soin",
            "paragraphs": TEXT,
            "published_on": "2025-06-18",
            "signatories": [{"organisation": one} for one in self.coalition.members[:3]],
            "members": 6,
        }


Asked = Callable[[World], dict[str, Any]]


def on(thing: str, **more: Any) -> Asked:
    """A request about a position in the world, with what else it takes."""
    return lambda world: {"position": getattr(world, thing), **more}


def inside(**more: Any) -> Asked:
    """A request about the coalition, with what else it takes; a function is asked of the world."""
    return lambda world: {
        "coalition": world.coalition.id,
        **{name: value(world) if callable(value) else value for name, value in more.items()},
    }


def consulted(**more: Any) -> Asked:
    return lambda world: {
        "consultation": world.consultation,
        **{name: value(world) if callable(value) else value for name, value in more.items()},
    }


def a_member(world: World) -> UUID:
    return world.membership_of(world.coalition.members[5])


SIGNED_IN = (
    "stranger, member of another, founder, observer, administrator of a member, representative, alternate, editor,"
    " steering, granted steering, convener, granted convener, direction, administrator, the network"
)
ALL = f"anonymous, {SIGNED_IN}"
PERSONS = SIGNED_IN.removesuffix(", the network")
NETWORK = "administrator, the network"
CONVENES = f"convener, granted convener, {NETWORK}"
LEADS = f"editor, {CONVENES}"
OFFICIAL = f"administrator of a member, {NETWORK}"
VOICES = "representative, alternate, editor, steering"
OF_ITS_MEMBER = "representative, alternate"
STEERS = "steering, granted steering, convener, granted convener, the network"
INSIDE = f"observer, {VOICES}, granted steering, {CONVENES}, direction"

#: Each command: what it is asked, and who may. All others are refused, and nothing changes.
COMMANDS: dict[str, tuple[Asked, str]] = {
    "found_coalition": (lambda _: {"name": "Ensemble", "themes": ["accueil"]}, PERSONS),
    "revise_coalition": (inside(name="Autrement"), CONVENES),
    "choose_steering": (inside(organisations=lambda world: world.coalition.members[3:5]), CONVENES),
    "activate_coalition": (inside(), CONVENES),
    "close_coalition": (inside(reason="C'est fait."), CONVENES),
    "invite_member": (inside(organisation=lambda world: world.network.an_organisation()), CONVENES),
    "apply_for_membership": (inside(organisation=lambda world: world.newcomer), OFFICIAL),
    "accept_charter": (
        inside(organisation=lambda world: world.coalition.members[2]),
        f"{OFFICIAL}, {OF_ITS_MEMBER}",
    ),
    "admit_member": (inside(membership=lambda world: world.applied), STEERS),
    "refuse_member": (inside(membership=lambda world: world.applied, reason="Non."), STEERS),
    "decline_invitation": (inside(membership=lambda world: world.invited), OFFICIAL),
    "leave_coalition": (inside(membership=a_member), OFFICIAL),
    "suspend_member": (inside(membership=a_member, reason="Cotisation."), STEERS),
    "reinstate_member": (inside(membership=a_member), STEERS),
    "expel_member": (inside(membership=a_member, reason="Trop."), CONVENES),
    "draft_position": (inside(title="Un texte"), f"{VOICES}, convener, the network"),
    "edit_draft": (on("draft", title="Autre titre"), LEADS),
    "open_amendments": (on("draft", closes_at=later(8)), LEADS),
    "extend_amendments": (on("amendable", closes_at=later(20)), LEADS),
    "submit_amendment": (on("amendable", **CHANGE), VOICES),
    "co_sponsor_amendment": (lambda world: {"position": world.amendable, "amendment": world.amendment}, VOICES),
    "withdraw_amendment": (
        lambda world: {"position": world.amendable, "amendment": world.amendment},
        OF_ITS_MEMBER,
    ),
    "decide_amendment": (
        lambda world: {
            "position": world.amendable,
            "amendment": world.amendment,
            "decision": "REJECTED",
            "reason": WHY,
        },
        "editor, the network",
    ),
    "promote_amendment": (
        lambda world: {"position": world.amendable, "amendment": world.amendment, "title": "À part"},
        OF_ITS_MEMBER,
    ),
    "declare_no_amendment": (on("amendable"), VOICES),
    "consolidate_position": (on("amendable"), LEADS),
    "open_ballot": (on("consolidated"), LEADS),
    "cast_stance": (on("in_decision", stance="AGREE"), VOICES),
    "give_proxy": (lambda world: {"position": world.in_decision, "holder": world.coalition.members[1]}, VOICES),
    "withdraw_proxy": (on("in_decision"), VOICES),
    "hide_ballot_results": (on("in_decision"), LEADS),
    "extend_ballot": (on("in_decision", closes_at=later(12)), LEADS),
    "close_ballot": (on("in_decision"), f"{INSIDE}"),
    "sign_off": (on("in_sign_off", answer="SIGNED"), VOICES),
    "withdraw_signature": (on("in_sign_off"), VOICES),
    "publish_position": (on("in_sign_off"), LEADS),
    "abandon_position": (lambda world: {"position": world.coalition.a_draft(), "reason": "Assez."}, LEADS),
    "retract_position": (on("published", reason="Dépassée."), CONVENES),
    "deliver_position": (
        on("published", target="Le Sénat", channel="courrier", sent_on="2026-01-01"),
        CONVENES,
    ),
    "note_response": (
        lambda world: {
            "position": world.published,
            "delivery": world.delivery,
            "response": "ACKNOWLEDGED",
            "responded_on": "2026-01-02",
        },
        CONVENES,
    ),
    "review_delivery": (
        lambda world: {"position": world.published, "delivery": world.delivery, "review": "Rien."},
        CONVENES,
    ),
    "record_position": (lambda world: world.record(), NETWORK),
    "open_consultation": (inside(question="Que faut-il ?", closes_at=later(9)), CONVENES),
    "add_statement": (consulted(body="Un abri."), SIGNED_IN),
    "moderate_statement": (consulted(statement=lambda world: world.statement, decision="REJECTED"), CONVENES),
    "cast_votes": (consulted(votes=lambda world: [{"statement": world.statement, "vote": "AGREE"}]), PERSONS),
    "close_consultation": (consulted(), CONVENES),
    "record_consultation": (
        lambda world: {
            "slug": f"c-{world.coalition.slug}",
            "question": "Et alors ?",
            "coalition": world.coalition.slug,
        },
        CONVENES,
    ),
    "record_statements": (consulted(statements=[]), CONVENES),
    "record_votes": (consulted(votes=[]), CONVENES),
    "answer_suggestion": (
        lambda world: {"suggestion": world.suggestion, "answer": "DISMISSED"},
        f"founder, {CONVENES}",
    ),
}


def by_id(thing: str) -> Asked:
    return lambda world: {"ids": [getattr(world, thing)]}


def of_coalition(**more: Any) -> Asked:
    return lambda world: {"ids": [world.coalition.id], **more}


#: Each query: what it is asked of a private coalition, whose id must be in the answer, and who sees it.
QUERIES: dict[str, tuple[Any, Asked, str, str]] = {
    "coalitions_by_ids": (coalitions, of_coalition(), "coalition", f"{INSIDE}, administrator of a member"),
    "coalition_by_slug": (
        coalitions,
        lambda world: {"slug": world.coalition.slug},
        "coalition",
        f"{INSIDE}, administrator of a member",
    ),
    "list_coalitions": (
        coalitions,
        lambda world: {"filter": {"theme": world.theme}},
        "coalition",
        f"{INSIDE}, administrator of a member",
    ),
    "coalitions_by_themes": (
        coalitions,
        lambda world: {"slugs": [world.theme]},
        "coalition",
        f"{INSIDE}, administrator of a member",
    ),
    "memberships_by_ids": (coalitions, by_id("applied"), "applied", INSIDE),
    "positions_by_ids": (positions, by_id("draft"), "draft", INSIDE),
    "position_by_slug": (
        positions,
        lambda world: {"slug": world.slug_of("common_positions", world.in_sign_off)},
        "in_sign_off",
        f"{INSIDE}, founder",
    ),
    "list_positions": (positions, lambda world: {"filter": {"cites": world.project}}, "draft", INSIDE),
    "positions_by_themes": (
        positions,
        lambda world: {"slugs": [world.theme]},
        "draft",
        INSIDE,
    ),
    "positions_by_coalitions": (positions, of_coalition(), "draft", INSIDE),
    "positions_by_projects": (positions, by_id("project"), "draft", INSIDE),
    "differences_by_positions": (positions, lambda world: {"ids": [world.amendable], "since": 1}, "=p1", INSIDE),
    "ballots_by_ids": (positions, by_id("ballot"), "ballot", INSIDE),
    "amendments_by_ids": (positions, by_id("amendment"), "amendment", INSIDE),
    "consultations_by_ids": (consultations, by_id("consultation"), "consultation", INSIDE),
    "consultation_by_slug": (
        consultations,
        lambda world: {"slug": world.slug_of("consultations", world.consultation)},
        "consultation",
        INSIDE,
    ),
    "list_consultations": (
        consultations,
        lambda world: {"filter": {"coalition": world.coalition.slug}},
        "consultation",
        INSIDE,
    ),
    "consultations_by_themes": (
        consultations,
        lambda world: {"slugs": [world.theme]},
        "consultation",
        INSIDE,
    ),
    "consultations_by_coalitions": (consultations, of_coalition(), "consultation", INSIDE),
    "statements_by_consultations": (consultations, by_id("consultation"), "statement", INSIDE),
    "statements_by_ids": (consultations, by_id("statement"), "statement", INSIDE),
    "suggestions_by_ids": (suggestions, by_id("suggestion"), "suggestion", f"{INSIDE}, founder"),
    "list_suggestions": (
        suggestions,
        lambda world: {"filter": {"coalition": world.coalition.slug}},
        "suggestion",
        f"{INSIDE}, founder",
    ),
    "suggestions_by_projects": (suggestions, by_id("project"), "suggestion", f"{INSIDE}, founder"),
    "suggestions_by_coalitions": (suggestions, of_coalition(), "suggestion", f"{INSIDE}, founder"),
}


def roles(listed: str) -> set[str]:
    return {role.strip() for role in listed.split(",")}


def methods(kind: str) -> dict[str, RemoteMethod]:
    """The service's calls of a kind, with their entry points."""
    found = {}
    for name, method in vars(CoalitionsService).items():
        for entrypoint in getattr(method, "nameko_entrypoints", ()):
            if isinstance(entrypoint, RemoteMethod) and type(entrypoint).__name__.lower() == kind:
                found[name] = entrypoint
    return found


@pytest.fixture(scope="module")
def open_world(network: Network) -> World:
    return World(network, "PUBLIC")


@pytest.fixture(scope="module")
def closed_world(network: Network) -> World:
    return World(network, "PRIVATE")


def test_every_command_and_every_query_has_its_row() -> None:
    assert methods("command").keys() == COMMANDS.keys()
    assert methods("query").keys() == QUERIES.keys()


def outcome(world: World, name: str, who: Actor, request: dict[str, Any]) -> str | None:
    """The code with which the command is refused, as over the wire; None when it is accepted."""
    if not methods("command")[name].allow(who):
        return "FORBIDDEN" if who.signed_in else "UNAUTHENTICATED"
    use_case = use_case_of(name)
    answer = world.network.performer.perform(use_case, plain(request), Call(actor=who, correlation_id="tests"))
    return answer["problems"][0]["code"] if answer["problems"] else None


def use_case_of(name: str) -> Callable[..., Any]:
    module = __import__(f"services.coalitions.use_cases.{name}", fromlist=[name])
    found: Callable[..., Any] = getattr(module, name)
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_who_may_command(open_world: World, name: str) -> None:
    asked, allowed = COMMANDS[name]
    request = asked(open_world)
    expected = roles(allowed)
    before = open_world.network.fingerprint()
    refused_first = sorted(open_world.people, key=lambda role: role in expected)
    found = set()
    for role in refused_first:
        if role in expected and role not in found and not found:
            assert open_world.network.fingerprint() == before, f"{name}: a refusal left something behind"
        code = outcome(open_world, name, open_world.people[role], request)
        if code not in NOT_ALLOWED:
            found.add(role)
    assert found == expected


@pytest.mark.parametrize("name", QUERIES)
def test_who_sees_what_a_private_coalition_holds(closed_world: World, name: str) -> None:
    module, asked, shown, allowed = QUERIES[name]
    thing = shown[1:] if shown.startswith("=") else None
    if thing is None:
        held = getattr(closed_world, shown)
        thing = str(held.id if isinstance(held, Coalition) else held)
    request = asked(closed_world)
    found = {
        role
        for role, who in closed_world.people.items()
        if f'"{thing}"' in json.dumps(closed_world.network.ask(getattr(module, name), who, **request))
    }
    assert found == roles(allowed)


def test_a_client_never_votes_signs_or_amends(open_world: World) -> None:
    """A key is not a person, whatever it may read."""
    who = Actor(ActorKind.CLIENT, open_world.people["editor"].id)
    for name in ("cast_stance", "sign_off", "give_proxy", "withdraw_signature", "cast_votes"):
        assert outcome(open_world, name, who, COMMANDS[name][0](open_world)) in NOT_ALLOWED, name
