"""Who may do and see what: one row for every command and every query, for each of six people.

Asked of the service's own methods, each in a transaction that is undone. A method without a row fails the test.
"""

import typing
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import Actor, ActorKind, Grant
from services.backbone.entrypoints.rpc import Command, Query
from services.backbone.perform import Call
from services.backbone.rules import BrokenRule
from services.backbone.wire import shape
from services.incubator.service import IncubatorService
from tests.bench import Bench, plain
from tests.incubator.world import LONG, ROLES, World

CODES = {
    "Y": None,
    "F": "FORBIDDEN",
    "N": "NOT_FOUND",
    "U": "UNAUTHENTICATED",
    "S": "SELF_APPROVAL",
}
STAGES = [{"code": code, "label_fr": code, "label_en": code} for code in ("GERME", "POUSSE")]
RENAMED = dict.fromkeys(("IDEA", "PROTOTYPE", "LAUNCH", "GROWTH", "SCALE"), "GERME")
NEW = {"incubator": "makesense", "name": "Nouveau", "pitch": "Un projet.", "themes": ["accueil"]}


class Undone(Exception):
    """Raised once a command was accepted: nothing of it is kept."""


class Rehearsal:
    """A desk that performs for one actor and keeps nothing."""

    def __init__(self, bench: Bench, actor: Actor) -> None:
        self.bench, self.actor = bench, actor

    def perform(self, use_case: Callable[..., Any], request: Any) -> Any:
        command = shape(plain(request), typing.get_type_hints(use_case)["command"])
        answer = None
        try:
            with self.bench.performer.transaction(Call(actor=self.actor)) as work:
                answer = use_case(command, work)
                work.settle()
                raise Undone
        except Undone:
            return answer

    def answer(self, question: Callable[..., Any], request: Any) -> Any:
        return self.bench.ask(question, by=self.actor, **request)


def methods(kind: type) -> dict[str, Any]:
    """The methods of the service of this kind of entry point, with what each asks first."""
    return {
        name: entry
        for name, method in vars(IncubatorService).items()
        for entry in getattr(method, "nameko_entrypoints", ())
        if isinstance(entry, kind)
    }


#: Command -> who may (founder, mentor, staff, staff of another, director, anonymous), and what is asked for.
COMMANDS: dict[str, tuple[str, Callable[[World], dict[str, Any]]]] = {
    "record_incubators": ("FFFFFU", lambda w: {"incubators": [{"slug": "neuf", "name": "Neuf"}]}),
    "change_stage_model": ("FFYFFU", lambda w: {"incubator": "makesense", "stages": STAGES, "renamed": RENAMED}),
    "record_projects": ("FFYFFU", lambda w: {"projects": [{**NEW, "slug": "neuf"}]}),
    "record_project": ("FFYFFU", lambda w: NEW),
    "open_call": ("FFYFFU", lambda w: {"incubator": "makesense", "title": "A", "closes_at": "2027-01-01T00:00:00Z"}),
    "close_call": ("FFYFFU", lambda w: {"call": w.call}),
    "apply_to_incubator": (
        "YYYYYU",
        lambda w: {
            "call": w.call, "name": "Autre", "pitch": "Un projet.", "themes": ["accueil"], "answers": {"why": "Oui."}
        },
    ),
    "assign_reviewers": ("FNYNFU", lambda w: {"project": w.applied, "reviewers": [uuid4(), uuid4()]}),
    "declare_conflict": ("FNYNFU", lambda w: {"project": w.reviewed}),
    "submit_review": ("FNYNFU", lambda w: {"project": w.reviewed, **w.review}),
    "admit_project": ("FNYNFU", lambda w: {"project": w.reviewed}),
    "decline_project": ("FNYNFU", lambda w: {"project": w.reviewed, "reason_code": "TEAM", "message": "Pas encore."}),
    "withdraw_application": ("YNFNFU", lambda w: {"project": w.applied}),
    "accept_charter": ("YFFFFU", lambda w: {"project": w.admitted}),
    "activate_project": ("FFYFFU", lambda w: {"project": w.ready}),
    "assign_mentor": ("YFYFFU", lambda w: {"project": w.active, "mentor": uuid4()}),
    "confirm_mentor": ("FFYFFU", lambda w: {"project": w.active, "mentor": w.wished}),
    "end_mentoring": ("FYYFFU", lambda w: {"project": w.active, "mentor": w.house.mentor.id}),
    "record_evidence": (
        "YYYFFU", lambda w: {"project": w.active, "criterion": "partner_1", "kind": "DOCUMENT", "ref": "accord.pdf"}
    ),
    "recommend_stage": ("FYFFFU", lambda w: {"project": w.active, "to": "PROTOTYPE"}),
    "propose_stage_change": ("YFYFFU", lambda w: {"project": w.active, "to": "PROTOTYPE"}),
    "approve_stage_change": ("SFYFFU", lambda w: {"project": w.proposed, "change": w.change}),
    "refuse_stage_change": ("FFYFFU", lambda w: {"project": w.proposed, "change": w.change, "reason": "Trop tôt."}),
    "cancel_stage_change": ("YFYFFU", lambda w: {"project": w.proposed, "change": w.change}),
    "skip_to_stage": ("FFFFYU", lambda w: {"project": w.active, "to": "LAUNCH", "reason": LONG}),
    "move_project_back": (
        "YFYFFU", lambda w: {"project": w.further, "to": "IDEA", "reason_code": "PIVOT", "reason": "Un autre public."}
    ),
    "pause_project": ("YFYFFU", lambda w: {"project": w.active, "reason": "Un congé."}),
    "resume_project": ("YFYFFU", lambda w: {"project": w.paused}),
    "graduate_project": ("FFYFFU", lambda w: {"project": w.last, "reason": LONG}),
    "stop_project": ("YFYFFU", lambda w: {"project": w.active, "reason_code": "TEAM", "lesson": LONG}),
    "reopen_project": ("FFFFYU", lambda w: {"project": w.stopped, "reason": LONG}),
    "publish_need": ("YYYFFU", lambda w: {"project": w.active, "kind": "SKILL", "title": "Un comptable"}),
    "match_need": ("YYYFFU", lambda w: {"project": w.active, "need": w.need}),
    "resolve_need": ("YYYFFU", lambda w: {"project": w.active, "need": w.need}),
    "withdraw_need": ("YYYFFU", lambda w: {"project": w.active, "need": w.need}),
    "record_metric": (
        "YYYFFU",
        lambda w: {"project": w.active, "indicator": "duos", "period": "2026", "value": 3, "unit": "duo"},
    ),
    "change_themes": ("YFYFFU", lambda w: {"project": w.active, "themes": ["accueil"]}),
    "describe_project": ("YFYFFU", lambda w: {"project": w.active, "name": "Autrement"}),
    "plan_milestone": ("YYYFFU", lambda w: {"project": w.active, "title": "Onze", "due_on": w.soon}),
    "achieve_milestone": (
        "YYYFFU",
        lambda w: {"project": w.active, "milestone": w.milestone, "kind": "DOCUMENT", "ref": "bilan.pdf"},
    ),
    "drop_milestone": ("YYYFFU", lambda w: {"project": w.active, "milestone": w.milestone, "reason": "Autre cap."}),
    "post_update": ("YFYFFU", lambda w: {"project": w.active, "text": "Tout va bien."}),
    "reply_to_position": ("YFFFFU", lambda w: {"project": w.active, "position": w.position, "text": "Merci."}),
}  # fmt: skip

Seen = Callable[[Any], Any]


def first(answer: Any) -> Any:
    return answer[0]


def listed(answer: Any) -> bool:
    return "secret" in {row["slug"] for row in answer["items"]}


def on_board(answer: Any) -> bool:
    return any(listed(column["projects"]) for column in answer)


#: Query -> who sees a private project through it (Y or N, in the same order), what is asked, what of the answer shows.
QUERIES: dict[str, tuple[str, Callable[[World], dict[str, Any]], Seen]] = {
    "incubators_by_ids": ("YYYYYY", lambda w: {"ids": [w.house.id]}, first),
    "incubator_by_slug": ("YYYYYY", lambda w: {"slug": "makesense"}, bool),
    "list_incubators": ("YYYYYY", lambda w: {}, lambda answer: answer["total"] == 2),
    "project_counts_by_incubator_ids": ("YNYNYN", lambda w: {"ids": [w.house.id]}, lambda answer: answer[0] >= 11),
    "calls_by_ids": ("YYYYYY", lambda w: {"ids": [w.call]}, first),
    "list_calls": ("YYYYYY", lambda w: {}, lambda answer: answer["total"] == 1),
    "projects_by_ids": ("YYYNYN", lambda w: {"ids": [w.secret]}, first),
    "project_by_slug": ("YYYNYN", lambda w: {"slug": "secret"}, bool),
    "list_projects": ("YYYNYN", lambda w: {}, listed),
    "projects_by_themes": ("YYYNYN", lambda w: {"slugs": ["mieux-vieillir"]}, lambda answer: listed(answer[0])),
    "needs_by_ids": ("YYYNYN", lambda w: {"ids": [w.secret_need]}, first),
    "gates_by_project_ids": ("YYYNYN", lambda w: {"ids": [w.secret]}, first),
    "transitions_by_project_ids": ("YYYNYN", lambda w: {"ids": [w.secret]}, first),
    "changes_by_project_ids": ("YYYNYN", lambda w: {"ids": [w.secret]}, first),
    "applications_by_project_ids": ("YNYNNN", lambda w: {"ids": [w.reviewed]}, first),
    "timelines_by_project_ids": ("YYYNYN", lambda w: {"ids": [w.secret]}, lambda answer: answer[0]["total"]),
    "stage_changes_by_ids": ("YYYNNN", lambda w: {"ids": [w.change]}, first),
    "pipeline": ("YYYNYN", lambda w: {"incubator": "makesense"}, lambda answer: answer[0]["projects"] == 4),
    "board": ("YYYNYN", lambda w: {"incubator": "makesense"}, on_board),
    "cohort": (
        "YYYNYN",
        lambda w: {"since": "2026-01-01", "until": "2026-12-31", "months": [0]},
        lambda answer: answer[0]["projects"] == 9,
    ),
    "export_projects": (
        "YYYNYN", lambda w: {}, lambda answer: "secret" in {row["slug"] for row in answer["rows"]}
    ),
    "replies_by_positions": ("NNNNNN", lambda w: {"ids": [w.position]}, first),
    "network": ("YYYNYN", lambda w: {}, lambda answer: answer["projects"] == 9),
}  # fmt: skip


@pytest.fixture(scope="module")
def world(incubator_bench: Bench) -> Iterator[World]:
    incubator_bench.empty()
    yield World(incubator_bench)
    incubator_bench.empty()


def test_every_command_and_every_query_has_a_row() -> None:
    assert set(methods(Command)) == set(COMMANDS)
    assert set(methods(Query)) == set(QUERIES)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_may_do_what_the_table_says_and_nothing_more(world: World, command: str) -> None:
    letters, request = COMMANDS[command]
    before = world.bench.everything()
    outcomes = {role: outcome(world, command, request(world), world.actors[role]) for role in ROLES}
    assert outcomes == {role: CODES[letter] for role, letter in zip(ROLES, letters, strict=True)}
    assert world.bench.everything() == before


@pytest.mark.parametrize("query", QUERIES)
def test_each_sees_what_the_table_says_and_nothing_more(world: World, query: str) -> None:
    letters, request, seen = QUERIES[query]
    entry = methods(Query)[query]
    sees = {}
    for role in ROLES:
        assert entry.allow(world.actors[role])
        sees[role] = bool(seen(asked(world, query, request(world), world.actors[role])))
    assert sees == {role: letter == "Y" for role, letter in zip(ROLES, letters, strict=True)}


def test_the_private_side_of_a_project_is_for_its_people_and_the_staff(world: World) -> None:
    inside = {}
    for role in ROLES:
        row = asked(world, "projects_by_ids", {"ids": [world.active]}, world.actors[role])[0]
        inside[role] = bool(row["milestones"])
        assert row["is_insider"] is inside[role]
    assert [role for role, sees in inside.items() if sees] == ["founder", "mentor", "staff"]


def test_a_client_or_an_administrator_never_approves(world: World) -> None:
    request = {"project": world.proposed, "change": world.change}
    staff = Grant("INCUBATOR_STAFF", f"incubator/{world.house.id}")
    for actor in (Actor(ActorKind.PERSON, uuid4(), frozenset({Grant("ADMIN")})),
                  Actor(ActorKind.CLIENT, uuid4(), frozenset({staff}))):  # fmt: skip
        assert outcome(world, "approve_stage_change", request, actor) == "FORBIDDEN"


def outcome(world: World, command: str, request: dict[str, Any], actor: Actor) -> str | None:
    """The code with which this command is refused to this actor, None when it is accepted."""
    if not methods(Command)[command].allow(actor):
        return "UNAUTHENTICATED"
    try:
        answer = asked(world, command, request, actor)
    except BrokenRule as broken:
        return broken.code
    problems = [problem for result in answer.get("results", ()) for problem in result["problems"]]
    return problems[0]["code"] if problems else None


def asked(world: World, method: str, request: dict[str, Any], actor: Actor) -> Any:
    service = IncubatorService()
    service.desk = Rehearsal(world.bench, actor)
    return getattr(service, method)(request)
