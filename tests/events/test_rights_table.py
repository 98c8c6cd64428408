"""Everything that may be asked of the service, and who may: a call without a row here fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.backbone.actor import ANONYMOUS, Actor, ActorKind, Grant
from services.backbone.entrypoints.rpc import Command, Query, RemoteMethod
from services.backbone.perform import Call
from services.events.service import EventsService
from services.events.use_cases.choose_notices import choose_notices
from services.events.use_cases.close_settled_events import close_settled_events
from services.events.use_cases.draft_hold_up_for_need import draft_hold_up_for_need
from services.events.use_cases.end_event import end_event
from services.events.use_cases.open_my_calendar import open_my_calendar
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.register import register
from services.events.use_cases.reschedule_event import reschedule_event
from services.events.use_cases.schedule_event import schedule_event
from tests.bench import Bench

RUNS = {"organiser", "granted organiser", "staff of the host", "administrator"}
HELPS = RUNS | {"facilitator", "check-in helper"}
GOES = {"participant", "waiting person"}
SIGNED_IN = HELPS | GOES | {"stranger", "staff of an incubator"}
ANYBODY = SIGNED_IN | {"nobody"}


@dataclass
class World:
    """A gathering of one place, PRIVATE, in ten days, with everybody around it."""

    bench: Bench
    people: dict[str, Actor] = field(default_factory=dict)
    organisation: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.bench.empty()
        known = ("organiser", "facilitator", "participant", "waiting person", "stranger", "asking person")
        self.people = {role: Actor(ActorKind.PERSON, uuid4()) for role in known}
        self.people["nobody"] = ANONYMOUS
        self.event = self.made()
        self.other = self.made(visibility="PUBLIC", capacity=50)
        self.registrations = {role: self.registered(role) for role in ("participant", "waiting person")}
        for role, grant in {
            "granted organiser": Grant("ORGANISER", f"event/{self.event}"),
            "check-in helper": Grant("CHECKIN", f"event/{self.event}"),
            "staff of the host": Grant("ORG_ADMIN", f"organisation/{self.organisation}"),
            "staff of an incubator": Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}"),
            "administrator": Grant("ADMIN"),
        }.items():
            self.people[role] = Actor(ActorKind.PERSON, uuid4(), frozenset({grant}))

    def grant_over(self, event: str) -> None:
        for role, granted in (("granted organiser", "ORGANISER"), ("check-in helper", "CHECKIN")):
            one = self.people[role]
            self.people[role] = Actor(one.kind, one.id, one.grants | {Grant(granted, f"event/{event}")})

    def made(self, *, announced: bool = True, **more: Any) -> str:
        starts_at = self.bench.clock.now + timedelta(days=10)
        values = {
            "kind": "MEETUP",
            "title": "Rencontre",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "place": {"city": "Lyon"},
            "visibility": "PRIVATE",
            "capacity": 1,
            "organisers": [self.people["organiser"].id],
            "facilitators": [self.people["facilitator"].id],
            "host_organisation": self.organisation,
        } | more
        event = str(self.bench.perform(schedule_event, **values)["id"])
        if announced:
            self.bench.perform(publish_event, event=event)
        return event

    def registered(self, role: str, event: str | None = None) -> str:
        who = self.people[role].id
        return str(self.bench.perform(register, event=event or self.event, person=who)["id"])

    def about_the_event(self, **more: Any) -> dict[str, Any]:
        return {"event": self.event, **more}

    def about(self, role: str, **more: Any) -> dict[str, Any]:
        return {"registration": self.registrations[role], **more}

    def an_offer(self) -> dict[str, Any]:
        self.bench.perform(USE_CASES["change_capacity"], event=self.event, capacity=2)
        return self.about("waiting person", accept=True)

    def a_new_date(self) -> dict[str, Any]:
        self.bench.perform(postpone_event, event=self.event, reason="La salle est prise.")
        later = self.bench.clock.now + timedelta(days=40)
        self.bench.perform(reschedule_event, event=self.event, starts_at=later)
        return self.about("participant")

    def pending(self, **more: Any) -> dict[str, Any]:
        event = self.made(approval_required=True, visibility="PUBLIC")
        self.grant_over(event)
        asking = self.people["asking person"]
        return {"registration": self.bench.perform(register, by=asking, event=event)["id"], **more}

    def at_the_door(self) -> dict[str, Any]:
        self.bench.clock.goes_on(days=9, hours=23, minutes=30)
        return self.about_the_event(marks=[{"person": self.people["participant"].id, "at": self.bench.clock.now}])

    def begun(self) -> dict[str, Any]:
        self.bench.clock.goes_on(days=10, minutes=30)
        return self.about_the_event()

    def held(self) -> dict[str, Any]:
        self.bench.perform(end_event, **self.begun())
        return self.about_the_event(solutions=[], next_steps="Se revoir.")

    def settled(self) -> dict[str, Any]:
        self.held()
        self.bench.clock.goes_on(days=4)
        self.bench.run_due(close_settled_events)
        return self.about("participant", attended=True)

    def a_draft(self, **more: Any) -> dict[str, Any]:
        self.event = self.made(announced=False)
        self.grant_over(self.event)
        return self.about_the_event(**more)

    def a_suggestion(self) -> dict[str, Any]:
        need, project = uuid4(), uuid4()
        data = {"project": project, "need": need, "kind": "CHALLENGE", "title": "Un nom", "visibility": "PUBLIC"}
        self.bench.deliver(
            draft_hold_up_for_need, self.bench.fact("incubator", "project.need_published", project, **data)
        )
        [row] = self.bench.rows("SELECT id FROM events WHERE need = :need", need=need)
        return {"event": str(row["id"])}

    def of_oneself(self) -> dict[str, Any]:
        starts_at = self.bench.clock.now + timedelta(days=3)
        return {
            "kind": "MEETUP",
            "title": "À moi",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
        }

    def a_letter(self) -> dict[str, Any]:
        self.bench.perform(choose_notices, by=self.people["participant"], unwanted=[])
        with self.bench.engine.connect() as connection:
            token = connection.scalar(text("SELECT unsubscribe_token FROM notice_choices"))
        return {"token": token, "topic": "REMINDERS"}

    def a_calendar(self) -> dict[str, Any]:
        return {"token": self.bench.perform(open_my_calendar, by=self.people["participant"])["token"]}

    def a_copy(self) -> dict[str, Any]:
        later = self.bench.clock.now + timedelta(days=30)
        return self.about_the_event(copies=[{"starts_at": later, "place": {"city": "Lille"}}])


def entrypoints(kind: type[RemoteMethod]) -> dict[str, RemoteMethod]:
    """The service's own calls; those that every service has are the backbone's to prove."""
    return {
        name: entrypoint
        for name, method in vars(EventsService).items()
        for entrypoint in getattr(method, "nameko_entrypoints", ())
        if isinstance(entrypoint, kind)
    }


class Overhearing:
    """Hears which use case or question a method hands over."""

    def perform(self, use_case: Any, request: Any) -> Any:
        return use_case

    answer = perform


def use_cases(kind: type[RemoteMethod]) -> dict[str, Callable[..., Any]]:
    service = EventsService()
    service.desk = Overhearing()
    return {name: getattr(service, name)({}) for name in entrypoints(kind)}


USE_CASES, QUESTIONS = use_cases(Command), use_cases(Query)
Prepared = Callable[[World], dict[str, Any]]

#: What is asked, who may, and what the others are told; who is not signed in is stopped before.
COMMANDS: dict[str, tuple[Prepared, set[str], dict[str, str]]] = {
    "schedule_event": (World.of_oneself, SIGNED_IN, {}),
    "take_up_draft": (World.a_suggestion, SIGNED_IN, {}),
    "edit_event": (lambda w: w.about_the_event(title="Autrement"), RUNS, {}),
    "copy_event": (World.a_copy, RUNS, {}),
    "publish_event": (World.a_draft, RUNS, {"participant": "NOT_FOUND", "waiting person": "NOT_FOUND"}),
    "reschedule_event": (lambda w: w.about_the_event(timezone="America/Toronto"), RUNS, {}),
    "postpone_event": (lambda w: w.about_the_event(reason="La salle est prise."), RUNS, {}),
    "change_capacity": (lambda w: w.about_the_event(capacity=5), RUNS, {}),
    "cancel_event": (lambda w: w.about_the_event(reason="Il pleut trop."), RUNS, {}),
    "end_event": (World.begun, RUNS, {}),
    "report_outcome": (World.held, RUNS, {"waiting person": "NOT_FOUND"}),
    "register": (lambda w: {"event": w.other}, SIGNED_IN, {}),
    "cancel_registration": (lambda w: w.about("participant"), RUNS | {"participant"}, {}),
    "move_registration": (
        lambda w: w.about("participant", event=w.other),
        (RUNS - {"granted organiser"}) | {"participant"},
        {"granted organiser": "FORBIDDEN"},
    ),
    "answer_offer": (World.an_offer, RUNS | {"waiting person"}, {}),
    "reconfirm_registration": (World.a_new_date, RUNS | {"participant"}, {}),
    "approve_registration": (lambda w: w.pending(), RUNS - {"administrator"}, {"administrator": "FORBIDDEN"}),
    "reject_registration": (
        lambda w: w.pending(reason="Complet."),
        RUNS - {"administrator"},
        {"administrator": "FORBIDDEN"},
    ),
    "set_eligibility": (
        lambda w: w.about("waiting person", eligible=False),
        RUNS,
        {"waiting person": "FORBIDDEN"},
    ),
    "check_in": (World.at_the_door, HELPS, {}),
    "correct_attendance": (World.settled, RUNS, {"participant": "FORBIDDEN"}),
    "record_events": (lambda w: {"events": []}, {"staff of an incubator", "administrator"}, {}),
    "open_my_calendar": (lambda w: {}, SIGNED_IN, {}),
    "close_my_calendar": (lambda w: {}, SIGNED_IN, {}),
    "choose_notices": (lambda w: {"unwanted": ["REMINDERS"]}, SIGNED_IN, {}),
    "unsubscribe": (World.a_letter, ANYBODY, {}),
    "erase_my_data": (lambda w: {}, SIGNED_IN, {}),
}
#: What who may not is told: commands on what one may see are FORBIDDEN, the rest does not exist for them.
SEES_THE_EVENT = HELPS | GOES
ABOUT_REGISTRATIONS = {name for name in COMMANDS if "registration" in name} | {
    *("answer_offer", "set_eligibility", "correct_attendance")
}


def refusal_of(name: str, role: str) -> str:
    _, _, told = COMMANDS[name]
    if role in told:
        return told[role]
    if name == "record_events":
        return "FORBIDDEN"
    return "FORBIDDEN" if role in SEES_THE_EVENT and name not in ABOUT_REGISTRATIONS else "NOT_FOUND"


def test_every_call_has_a_row() -> None:
    assert set(entrypoints(Command)) == set(COMMANDS)
    assert set(entrypoints(Query)) == set(SEEN)


@pytest.mark.parametrize("name", COMMANDS)
def test_who_may_do_it(events_bench: Bench, name: str) -> None:
    prepared, allowed, _ = COMMANDS[name]
    gate = entrypoints(Command)[name].allow
    world = World(events_bench)
    request = prepared(world)
    for role in sorted(ANYBODY - allowed):
        actor = world.people[role]
        if role == "nobody":
            assert not gate(actor)
            continue
        assert gate(actor)
        assert events_bench.refused(USE_CASES[name], by=actor, **request)["code"] == refusal_of(name, role), role
    for role in sorted(allowed):
        world = World(events_bench)
        request = prepared(world)
        if name == "register" and role in HELPS:
            request["person"] = str(uuid4()) if role == "organiser" else None
        assert gate(world.people[role])
        events_bench.perform(USE_CASES[name], by=world.people[role], **request)


def ids(world: World) -> dict[str, Any]:
    return {"ids": [world.event]}


def found(answer: Any) -> bool:
    return bool(answer) and bool(answer[0])


def listed(answer: Any) -> bool:
    return len(answer["items"]) > 0


def of_project(world: World) -> dict[str, Any]:
    project = uuid4()
    with world.bench.engine.begin() as connection:
        connection.execute(text("UPDATE events SET project = :id, coalition = :id, need = :id"), {"id": project})
        connection.execute(text("UPDATE events SET themes = '{accueil}' WHERE visibility = 'PRIVATE'"))
        connection.execute(text("UPDATE events SET project = NULL, coalition = NULL WHERE visibility = 'PUBLIC'"))
        connection.execute(text("UPDATE events SET need = NULL WHERE visibility = 'PUBLIC'"))
    return {"ids": [project]}


def of_slug(world: World) -> dict[str, Any]:
    return {"slug": world.bench.rows("SELECT slug FROM events WHERE id = :id", id=world.event)[0]["slug"]}


def of_theme(world: World) -> dict[str, Any]:
    of_project(world)
    return {"slugs": ["accueil"]}


#: What is asked about the PRIVATE gathering, when something of it is seen, and by whom.
SEEN: dict[str, tuple[Prepared, Callable[[Any], bool], set[str]]] = {
    "events_by_ids": (ids, found, SEES_THE_EVENT),
    "event_by_slug": (of_slug, bool, SEES_THE_EVENT),
    "list_events": (lambda w: {"filter": {"places_left": False}}, listed, SEES_THE_EVENT),
    "events_by_themes": (of_theme, lambda pages: listed(pages[0]), SEES_THE_EVENT),
    "events_by_projects": (of_project, lambda pages: listed(pages[0]), SEES_THE_EVENT),
    "events_by_coalitions": (of_project, lambda pages: listed(pages[0]), SEES_THE_EVENT),
    "event_counts_by_projects": (of_project, lambda counts: counts[0] > 0, SEES_THE_EVENT),
    "event_counts_by_coalitions": (of_project, lambda counts: counts[0] > 0, SEES_THE_EVENT),
    "drafts_by_needs": (of_project, found, SEES_THE_EVENT),
    "allowed_transitions_by_ids": (ids, found, SEES_THE_EVENT),
    "event_histories_by_ids": (ids, found, SEES_THE_EVENT),
    "registrations_by_ids": (lambda w: {"ids": [w.registrations["participant"]]}, found, RUNS | {"participant"}),
    "my_registrations_by_events": (ids, found, GOES),
    "list_registrations": (lambda w: {"event": w.event}, listed, HELPS),
    "export_participants": (
        lambda w: {"event": of_slug(w)["slug"]},
        lambda answer: len(answer["rows"]) == 1,
        RUNS,
    ),
    "calendar_entries": (
        lambda w: {"scope": "AGENDA"},
        lambda answer: any(row["visibility"] == "PUBLIC" for row in answer["items"]),
        ANYBODY,
    ),
    "own_calendar": (World.a_calendar, listed, ANYBODY),
    "my_data": (lambda w: {}, lambda answer: bool(answer["registrations"]), GOES),
    "my_registrations": (lambda w: {}, listed, GOES),
    "my_notices": (lambda w: {}, lambda answer: "topics" in answer, SIGNED_IN),
}


@pytest.mark.parametrize("name", SEEN)
def test_who_sees_it(events_bench: Bench, name: str) -> None:
    asked, seen, expected = SEEN[name]
    world = World(events_bench)
    request = asked(world)
    gate = entrypoints(Query)[name].allow
    who = set()
    for role in ANYBODY:
        actor = world.people[role]
        answer = events_bench.performer.answer(QUESTIONS[name], request, Call(actor=actor)) if gate(actor) else None
        if answer and not answer["problems"] and seen(answer["value"]):
            who.add(role)
    assert who == expected
