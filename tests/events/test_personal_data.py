"""What participants tell: who reads it, when it is deleted, and how they see, take along and erase it."""

from datetime import timedelta
from typing import Any

from services.backbone.actor import ANONYMOUS, Actor, ActorKind
from services.events.queries import mine, registrations
from services.events.use_cases.choose_notices import choose_notices
from services.events.use_cases.erase_my_data import erase_my_data
from services.events.use_cases.forget_what_was_told import forget_what_was_told
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.open_my_calendar import open_my_calendar
from services.events.use_cases.register import register
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person

QUESTION = "Que voulez-vous apporter ?"
ANSWER = {"question": QUESTION, "answer": "Une tarte aux pommes"}
NEEDS = "Une rampe large"


def registered(agenda: Agenda, one: Actor, **more: Any) -> tuple[str, str]:
    """A gathering with a question, and somebody's registration who tells everything."""
    event = agenda.meetup(questions=[QUESTION], **more)
    made = agenda.bench.perform(register, by=one, event=event, needs=NEEDS, answers=[ANSWER])
    return event, made["id"]


def test_the_person_and_who_runs_the_gathering_read_it_and_helpers_at_the_door_do_not(
    agenda: Agenda, events: Bench
) -> None:
    one, helper = person(), person()
    event, registration = registered(agenda, one, facilitators=[helper.id])

    def read(by: Actor) -> tuple[Any, Any]:
        [row] = events.ask(registrations.list_registrations, by=by, event=event)["items"]
        return row["needs"], row["answers"]

    assert read(agenda.organiser) == (NEEDS, [ANSWER])
    assert read(helper) == (None, [])
    [own] = events.ask(registrations.registrations_by_ids, by=one, ids=[registration])
    assert (own["needs"], own["answers"]) == (NEEDS, [ANSWER])
    assert events.ask(registrations.registrations_by_ids, by=person(), ids=[registration]) == [None]


def test_no_fact_carries_it(agenda: Agenda, events: Bench) -> None:
    registered(agenda, person())
    told = str(events.facts())
    assert NEEDS not in told
    assert "tarte" not in told


def test_only_questions_that_are_asked_are_answered_within_bounds(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(questions=[QUESTION])
    other = events.refused(register, by=person(), event=event, answers=[{"question": "Âge ?", "answer": "12"}])
    assert (other["code"], other["rule"]) == ("VALIDATION", "registration.answers_out_of_bounds")
    long = events.refused(register, by=person(), event=event, needs="x" * 1001)
    assert (long["code"], long["rule"]) == ("VALIDATION", "registration.needs_too_long")


def test_needs_are_deleted_after_30_days_and_answers_after_90(agenda: Agenda, events: Bench) -> None:
    one = person()
    _, registration = registered(agenda, one, in_days=1, minutes=120)

    def held() -> tuple[bool, bool]:
        [row] = events.ask(registrations.registrations_by_ids, by=one, ids=[registration])
        return row["needs"] is not None, row["answers"] != []

    over = events.clock.now + timedelta(days=1, minutes=120)
    events.clock.now = over
    events.run_due(hold_ended_events)
    for days, expected in ((29.99, (True, True)), (30, (False, True)), (89.99, (False, True)), (90, (False, False))):
        events.clock.now = over + timedelta(days=days)
        events.run_due(forget_what_was_told)
        assert held() == expected, days
        assert (NEEDS in str(events.everything())) == expected[0]
    erased = [fact["data"] for fact in events.facts("event.participant_data_erased")]
    assert [(one["cause_code"], one["needs"], one["answers"]) for one in erased] == [("AGE", 1, 0), ("AGE", 0, 1)]
    assert events.run_due(forget_what_was_told) == 0


def test_a_person_sees_and_takes_along_all_that_is_held(agenda: Agenda, events: Bench) -> None:
    one = person()
    event, registration = registered(agenda, one)
    registered(agenda, person())
    events.perform(open_my_calendar, by=one)
    events.perform(choose_notices, by=one, unwanted=["REMINDERS"])
    held = events.ask(mine.my_data, by=one)
    assert [row["id"] for row in held["registrations"]] == [registration]
    assert (held["registrations"][0]["needs"], held["unwanted"]) == (NEEDS, ["REMINDERS"])
    assert held["calendar_opened_at"] is not None
    assert [act["to_state"] for act in held["acts"]] == ["CONFIRMED"]
    assert [row["event"] for row in events.ask(mine.my_registrations, by=one)["items"]] == [event]
    assert [row["id"] for row in events.ask(mine.my_data, by=agenda.organiser)["runs"]]
    assert events.ask_refused(mine.my_data, by=ANONYMOUS)["code"] == "UNAUTHENTICATED"


def test_who_erases_gives_seats_to_come_back_and_names_nobody_in_the_past(agenda: Agenda, events: Bench) -> None:
    one = person()
    past, _ = registered(agenda, one, in_days=1)
    events.clock.goes_on(days=2)
    events.run_due(hold_ended_events)
    ahead, _ = registered(agenda, one, capacity=1)
    [(waiting, place)] = agenda.fill(ahead, 1)
    events.perform(open_my_calendar, by=one)
    events.perform(choose_notices, by=one, unwanted=[])
    confirmed = agenda.row(past)["confirmed"]

    done = events.perform(erase_my_data, by=one)
    assert done["counts"]["registrations"] == 2
    assert (done["counts"]["needs"], done["counts"]["calendar_addresses"]) == (2, 1)
    assert agenda.state_of(place) == "OFFERED"
    assert agenda.row(past)["confirmed"] == confirmed
    left = {name: rows for name, rows in events.everything().items() if str(one.id) in str(rows)}
    assert set(left) == {"outbox"}, "facts already told carry ids, and are dropped after 7 days"
    assert events.ask(mine.my_data, by=one)["registrations"] == []
    assert waiting.kind == ActorKind.PERSON


def test_who_stands_in_public_is_kept_and_told(agenda: Agenda, events: Bench) -> None:
    agenda.meetup()
    done = events.perform(erase_my_data, by=agenda.organiser)
    assert done["kept"] == {"organised": 1, "facilitated": 0}
