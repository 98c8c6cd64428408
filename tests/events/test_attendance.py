"""At the door, and what follows: check-in by several devices, walk-ins, corrections, the outcome of a hold-up."""

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import uuid4

import pytest

from services.backbone.actor import Actor, Grant
from services.events.queries import gatherings, registrations
from services.events.use_cases.check_in import check_in
from services.events.use_cases.close_settled_events import close_settled_events
from services.events.use_cases.correct_attendance import correct_attendance
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.report_outcome import report_outcome
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person

Filled = list[tuple[Actor, str]]


@pytest.fixture
def open_door(agenda: Agenda, events: Bench) -> tuple[str, Filled]:
    """A gathering of three places, full, half an hour before it starts."""
    event = agenda.meetup(capacity=3, in_days=1)
    filled = agenda.fill(event, 4)
    events.clock.goes_on(days=1, minutes=-30)
    return event, filled


def mark(registration: str, at: datetime, **more: Any) -> dict[str, Any]:
    return {"registration": registration, "at": at} | more


def outcomes(answer: dict[str, Any]) -> list[str]:
    return [result["outcome"] for result in answer["results"]]


def test_a_batch_is_worked_off_and_worked_off_again_changes_nothing(
    agenda: Agenda, events: Bench, open_door: tuple[str, Filled]
) -> None:
    event, filled = open_door
    now = events.clock.now
    marks = [mark(filled[0][1], now), mark(filled[1][1], now), mark(str(uuid4()), now)]
    first = events.perform(check_in, by=agenda.organiser, event=event, marks=marks)
    assert outcomes(first) == ["CHECKED_IN", "CHECKED_IN", "REFUSED"]
    assert first["results"][2]["problems"][0]["code"] == "NOT_FOUND"

    before = events.everything()
    again = events.perform(check_in, by=agenda.organiser, event=event, marks=marks)
    assert outcomes(again) == ["UNCHANGED", "UNCHANGED", "REFUSED"]
    assert events.everything() == before
    row = agenda.row(event)
    assert (row["attended"], row["confirmed"], row["seats_left"]) == (2, 3, 0)
    [told] = events.facts("event.attendance_recorded")
    assert told["data"]["visibility"] == "PRIVATE"


def test_the_order_in_which_devices_send_their_marks_does_not_matter(agenda: Agenda, events: Bench) -> None:
    for number, order in enumerate(permutations(range(3))):
        event = agenda.meetup(in_days=1 + number)
        [(_, registration)] = agenda.fill(event, 1)
        starts_at = datetime.fromisoformat(agenda.row(event)["starts_at"])
        marks = [
            mark(registration, starts_at),
            mark(registration, starts_at + timedelta(minutes=5), undo=True),
            mark(registration, starts_at + timedelta(minutes=9)),
        ]
        events.clock.now = starts_at + timedelta(minutes=30)
        for which in order:
            events.perform(check_in, by=agenda.organiser, event=event, marks=[marks[which]])
        assert agenda.state_of(registration) == "ATTENDED"


def test_a_check_in_is_undone_and_the_seat_is_kept(
    agenda: Agenda, events: Bench, open_door: tuple[str, Filled]
) -> None:
    event, filled = open_door
    now = events.clock.now
    marks = [mark(filled[0][1], now), mark(filled[0][1], now + timedelta(minutes=1), undo=True)]
    answer = events.perform(check_in, by=agenda.organiser, event=event, marks=marks)
    assert outcomes(answer) == ["CHECKED_IN", "UNDONE"]
    assert agenda.state_of(filled[0][1]) == "CONFIRMED"
    assert agenda.row(event)["attended"] == 0


@pytest.mark.parametrize(
    ("minutes", "outcome"), [(-61, "REFUSED"), (-60, "CHECKED_IN"), (120 + 24 * 60, "CHECKED_IN"), (1561, "REFUSED")]
)
def test_people_are_checked_in_from_an_hour_before_until_a_day_after(
    agenda: Agenda, events: Bench, minutes: int, outcome: str
) -> None:
    event = agenda.meetup(in_days=1)
    [(_, registration)] = agenda.fill(event, 1)
    events.clock.goes_on(days=1, minutes=minutes)
    events.run_due(hold_ended_events)
    answer = events.perform(check_in, by=agenda.organiser, event=event, marks=[mark(registration, events.clock.now)])
    assert outcomes(answer) == [outcome]


def test_a_device_whose_clock_is_ahead_is_refused(agenda: Agenda, events: Bench, open_door: tuple[str, Filled]) -> None:
    event, filled = open_door
    ahead = mark(filled[0][1], events.clock.now + timedelta(minutes=6))
    answer = events.perform(check_in, by=agenda.organiser, event=event, marks=[ahead])
    assert answer["results"][0]["problems"][0]["rule"] == "registration.mark_in_the_future"


def test_walk_ins_are_registrations_and_only_an_organiser_adds_them_beyond_the_places(
    agenda: Agenda, events: Bench
) -> None:
    event = agenda.meetup(capacity=1, in_days=1)
    helper = person(Grant("CHECKIN", f"event/{event}"))
    events.clock.goes_on(days=1)
    now = events.clock.now

    def walks_in(by: Actor) -> str:
        return outcomes(events.perform(check_in, by=by, event=event, marks=[{"person": uuid4(), "at": now}]))[0]

    assert [walks_in(helper), walks_in(helper), walks_in(agenda.organiser)] == ["CHECKED_IN", "REFUSED", "CHECKED_IN"]
    row = agenda.row(event)
    assert (row["capacity"], row["confirmed"], row["attended"], row["seats_left"]) == (1, 2, 2, 0)
    listed = events.ask(registrations.list_registrations, by=helper, event=event)["items"]
    assert [one["walk_in"] for one in listed] == [True, True]


def test_a_waiting_person_at_the_door_is_let_in_by_an_organiser(
    agenda: Agenda, events: Bench, open_door: tuple[str, Filled]
) -> None:
    event, filled = open_door
    events.perform(check_in, by=agenda.organiser, event=event, marks=[mark(filled[3][1], events.clock.now)])
    assert agenda.state_of(filled[3][1]) == "ATTENDED"
    assert agenda.row(event)["waiting"] == 0


def test_participants_and_strangers_check_nobody_in(
    agenda: Agenda, events: Bench, open_door: tuple[str, Filled]
) -> None:
    event, filled = open_door
    marks = [mark(filled[0][1], events.clock.now)]
    assert events.refused(check_in, by=filled[0][0], event=event, marks=marks)["code"] == "FORBIDDEN"
    assert events.refused(check_in, by=person(), event=event, marks=marks)["code"] == "FORBIDDEN"


def test_no_shows_are_set_right_within_14_days(agenda: Agenda, events: Bench, open_door: tuple[str, Filled]) -> None:
    event, filled = open_door
    early = events.refused(correct_attendance, by=agenda.organiser, registration=filled[0][1], attended=True)
    assert early["rule"] == "event.attendance_open"
    events.clock.goes_on(hours=3)
    events.run_due(hold_ended_events)
    events.clock.goes_on(hours=72)
    events.run_due(close_settled_events)
    assert agenda.state_of(filled[0][1]) == "NO_SHOW"
    events.perform(correct_attendance, by=agenda.organiser, registration=filled[0][1], attended=True)
    assert agenda.state_of(filled[0][1]) == "ATTENDED"
    assert agenda.row(event)["attended"] == 1
    events.clock.goes_on(days=14)
    late = events.refused(correct_attendance, by=agenda.organiser, registration=filled[1][1], attended=True)
    assert (late["code"], late["rule"]) == ("DEADLINE_PASSED", "event.corrections_over")


def test_a_held_hold_up_reports_its_outcome_once(agenda: Agenda, events: Bench) -> None:
    """Scenario 4, its second half."""
    project = uuid4()
    event = agenda.hold_up(project=project, in_days=1)
    [(_, registration)] = agenda.fill(event, 1)
    report = {
        "event": event,
        "solutions": [{"text": "La Maisonnée", "retained": True}, {"text": "Chez nous"}],
        "next_steps": "On essaie ce nom pendant un mois.",
    }
    early = events.refused(report_outcome, by=agenda.organiser, **report)
    assert early["rule"] == "event.not_held"

    events.clock.goes_on(days=1, minutes=10)
    marks = [mark(registration, events.clock.now)]
    events.perform(check_in, by=agenda.organiser, event=event, marks=marks)
    events.clock.goes_on(hours=2)
    events.run_due(hold_ended_events)
    [held] = events.facts("event.held")
    assert (held["data"]["kind"], held["data"]["project"], held["data"]["attended"]) == ("HOLD_UP", str(project), 1)

    assert events.refused(report_outcome, by=person(), **report)["code"] == "FORBIDDEN"
    too_long = {**report, "solutions": [{"text": "x" * 501}]}
    assert events.refused(report_outcome, by=agenda.organiser, **too_long)["code"] == "VALIDATION"
    events.perform(report_outcome, by=agenda.organiser, **report)
    [told] = events.facts("event.outcome_reported")
    assert (told["data"]["solutions"], told["data"]["retained"]) == (2, 1)
    assert "Maisonnée" not in str(events.facts())
    [row] = events.ask(gatherings.events_by_ids, ids=[event])
    assert row["outcome"]["solutions"][0] == {"text": "La Maisonnée", "retained": True}
    assert events.refused(report_outcome, by=agenda.organiser, **report)["code"] == "DUPLICATE"
