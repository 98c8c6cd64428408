"""Who may see and do what: one table, asked of the domain and of the database alike."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.backbone.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from services.backbone.perform import Call
from services.events.domain.permissions import may_see
from services.events.queries import gatherings
from services.events.storage.repositories import SqlWork
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.change_capacity import change_capacity
from services.events.use_cases.check_in import check_in
from services.events.use_cases.draft_hold_up_for_need import draft_hold_up_for_need
from services.events.use_cases.edit_event import edit_event
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.register import register
from services.events.use_cases.schedule_event import schedule_event
from tests.bench import Bench

ORGANISATION, PROJECT = uuid4(), uuid4()
ORGANISER, FACILITATOR, PARTICIPANT = (Actor(ActorKind.PERSON, uuid4()) for _ in range(3))


def somebody(role: str, event: str) -> Actor:
    """Who stands in that relation to a gathering."""
    grants = {
        "granted organiser": Grant("ORGANISER", f"event/{event}"),
        "organiser of another": Grant("ORGANISER", f"event/{uuid4()}"),
        "granted facilitator": Grant("FACILITATOR", f"event/{event}"),
        "check-in helper": Grant("CHECKIN", f"event/{event}"),
        "staff of the host": Grant("ORG_ADMIN", f"organisation/{ORGANISATION}"),
        "staff of another host": Grant("ORG_ADMIN", f"organisation/{uuid4()}"),
        "founder of the project": Grant("FOUNDER", f"project/{PROJECT}"),
        "staff of an incubator": Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}"),
        "administrator": Grant("ADMIN"),
        "direction": Grant("DIRECTOR"),
    }
    known = {
        "nobody": ANONYMOUS,
        "the network": SYSTEM,
        "organiser": ORGANISER,
        "facilitator": FACILITATOR,
        "participant": PARTICIPANT,
        "stranger": Actor(ActorKind.PERSON, uuid4()),
    }
    return known.get(role) or Actor(ActorKind.PERSON, uuid4(), frozenset({grants[role]}))


@pytest.fixture
def gathered(events: Bench) -> dict[str, str]:
    starts_at = events.clock.now + timedelta(minutes=30)

    def made(visibility: str, announced: bool) -> str:
        event = events.perform(
            schedule_event,
            by=SYSTEM,
            kind="MEETUP",
            title=f"Rencontre {visibility}",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place={"city": "Lyon"},
            visibility=visibility,
            organisers=[ORGANISER.id],
            facilitators=[FACILITATOR.id],
            host_organisation=ORGANISATION,
        )["id"]
        if announced:
            events.perform(publish_event, by=ORGANISER, event=event)
            events.perform(register, by=ORGANISER, event=event, person=PARTICIPANT.id)
        return str(event)

    def suggested(visibility: str) -> str:
        need = uuid4()
        data = {"project": PROJECT, "need": need, "kind": "CHALLENGE", "title": "Un nom", "visibility": visibility}
        fact = events.fact("incubator", "project.need_published", PROJECT, **data)
        events.deliver(draft_hold_up_for_need, fact)
        [row] = events.ask(gatherings.drafts_by_needs, ids=[need])
        return str(row["id"])

    return {
        "public": made("PUBLIC", True),
        "network": made("NETWORK", True),
        "private": made("PRIVATE", True),
        "draft": made("PUBLIC", False),
        "suggested": suggested("PUBLIC"),
        "suggested privately": suggested("PRIVATE"),
    }


EVERY = "public network private draft suggested"
SEES = {
    "nobody": "public",
    "stranger": "public network suggested",
    "organiser of another": "public network suggested",
    "staff of another host": "public network suggested",
    "participant": "public network private suggested",
    "organiser": EVERY,
    "granted organiser": f"{EVERY} suggested+privately",
    "facilitator": EVERY,
    "granted facilitator": f"{EVERY} suggested+privately",
    "check-in helper": f"{EVERY} suggested+privately",
    "staff of the host": EVERY,
    "founder of the project": "public network suggested suggested+privately",
    "staff of an incubator": "public network suggested suggested+privately",
    "direction": "public network suggested suggested+privately",
    "administrator": f"{EVERY} suggested+privately",
    "the network": f"{EVERY} suggested+privately",
}


@pytest.mark.parametrize("role", SEES)
def test_who_sees_which_gathering(events: Bench, gathered: dict[str, str], role: str) -> None:
    expected = {name.replace("+", " ") for name in SEES[role].split()}
    seen = set()
    for name, event in gathered.items():
        actor = somebody(role, event)
        [row] = events.ask(gatherings.events_by_ids, by=actor, ids=[event])
        listed = [one["id"] for one in events.ask(gatherings.list_events, by=actor)["items"]]
        [transitions] = events.ask(gatherings.allowed_transitions_by_ids, by=actor, ids=[event])
        [history] = events.ask(gatherings.event_histories_by_ids, by=actor, ids=[event])
        assert (row is not None) == (event in listed) == bool(transitions) == bool(history), (role, name)
        assert (row is not None) == seen_by_the_domain(events, event, actor), (role, name)
        if row is not None:
            seen.add(name)
    assert seen == expected


def seen_by_the_domain(events: Bench, event: str, actor: Actor) -> bool:
    """Whether commands find the gathering: the domain's answer, beside that of the database."""
    with events.performer.transaction(Call(actor=actor)) as work:
        assert isinstance(work, SqlWork)
        found = work.events.get(UUID(event))
        current = work.registrations.current_of(found.id, actor.id) if actor.id else None
        return may_see(found, actor, registered=current is not None)


RUNS = {"organiser", "granted organiser", "staff of the host", "administrator", "the network"}
HELPS = RUNS | {"facilitator", "granted facilitator", "check-in helper"}


@pytest.mark.parametrize("role", SEES)
def test_who_runs_a_gathering(events: Bench, gathered: dict[str, str], role: str) -> None:
    event = gathered["public"]
    actor = somebody(role, event)
    for use_case, request in (
        (edit_event, {"title": "Autre titre"}),
        (change_capacity, {"capacity": 30}),
        (cancel_event, {"reason": "Il pleut trop."}),
    ):
        if role in RUNS:
            events.perform(use_case, by=actor, event=event, **request)
        else:
            assert events.refused(use_case, by=actor, event=event, **request)["code"] == "FORBIDDEN"


@pytest.mark.parametrize("role", SEES)
def test_who_helps_at_the_door(events: Bench, gathered: dict[str, str], role: str) -> None:
    event = gathered["public"]
    request = {"event": event, "marks": [{"person": PARTICIPANT.id, "at": events.clock.now}]}
    if role in HELPS:
        answer = events.perform(check_in, by=somebody(role, event), **request)
        assert answer["results"][0]["outcome"] == "CHECKED_IN"
    else:
        assert events.refused(check_in, by=somebody(role, event), **request)["code"] == "FORBIDDEN"
