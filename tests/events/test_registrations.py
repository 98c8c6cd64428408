"""Seats and the line, through the use cases and the real database: scenarios 6 and 8, offers, approval, last places."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.backbone.actor import Actor, Grant
from services.events.queries import gatherings, registrations
from services.events.use_cases.answer_offer import answer_offer
from services.events.use_cases.approve_registration import approve_registration
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.change_capacity import change_capacity
from services.events.use_cases.close_settled_events import close_settled_events
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.lapse_offers import lapse_offers
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.register import register
from services.events.use_cases.reject_registration import reject_registration
from services.events.use_cases.set_eligibility import set_eligibility
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def expiry(events: Bench, registration: str) -> datetime:
    [row] = events.ask(registrations.registrations_by_ids, ids=[registration])
    return datetime.fromisoformat(row["offer_expires_at"]).astimezone(UTC)


def test_two_seats_five_people_and_an_offer_that_lapses(agenda: Agenda, events: Bench) -> None:
    """Scenario 6."""
    event = agenda.meetup(capacity=2)
    filled = agenda.fill(event, 5)
    assert agenda.states(filled) == ["CONFIRMED", "CONFIRMED", "WAITLISTED", "WAITLISTED", "WAITLISTED"]
    row = agenda.row(event)
    assert (row["confirmed"], row["waiting"], row["seats_left"]) == (2, 3, 0)

    first, registration = filled[0]
    events.perform(cancel_registration, by=first, registration=registration)
    assert agenda.states(filled) == ["CANCELLED", "CONFIRMED", "OFFERED", "WAITLISTED", "WAITLISTED"]
    assert expiry(events, filled[2][1]) == events.clock.now + timedelta(hours=24)
    assert agenda.row(event)["seats_left"] == 0

    events.clock.goes_on(hours=24)
    too_late = events.refused(answer_offer, by=filled[2][0], registration=filled[2][1], accept=True)
    assert (too_late["code"], too_late["rule"]) == ("DEADLINE_PASSED", "registration.offer_lapsed")
    assert events.run_due(lapse_offers) == 1
    assert events.run_due(lapse_offers) == 0
    assert agenda.states(filled) == ["CANCELLED", "CONFIRMED", "OFFER_EXPIRED", "OFFERED", "WAITLISTED"]

    events.perform(answer_offer, by=filled[3][0], registration=filled[3][1], accept=True)
    assert agenda.states(filled)[3] == "CONFIRMED"
    assert [fact["type"] for fact in events.facts()][2:] == [
        "event.registration_confirmed",
        "event.registration_confirmed",
        "event.registration_waitlisted",
        "event.registration_waitlisted",
        "event.registration_waitlisted",
        "event.registration_cancelled",
        "event.seat_offered",
        "event.offer_lapsed",
        "event.seat_offered",
        "event.registration_confirmed",
    ]
    seats = events.facts()[-1]["data"]["seats"]
    assert seats == {"capacity": 2, "confirmed": 2, "offered": 0, "waiting": 1}


def test_three_more_places_are_three_offers_though_somebody_is_passed_over(agenda: Agenda, events: Bench) -> None:
    """Scenario 8."""
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 6)
    events.perform(set_eligibility, by=agenda.organiser, registration=filled[2][1], eligible=False)
    events.perform(change_capacity, by=agenda.organiser, event=event, capacity=4)
    assert agenda.states(filled) == ["CONFIRMED", "OFFERED", "WAITLISTED", "OFFERED", "OFFERED", "WAITLISTED"]

    fewer = events.refused(change_capacity, by=agenda.organiser, event=event, capacity=3)
    assert (fewer["code"], fewer["rule"]) == ("CAPACITY_FULL", "event.capacity_below_taken")
    events.perform(change_capacity, by=agenda.organiser, event=event, capacity=5)
    assert agenda.states(filled)[5] == "OFFERED"


def test_without_a_limit_everybody_gets_an_offer(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 4)
    events.perform(change_capacity, by=agenda.organiser, event=event, capacity=None)
    assert agenda.states(filled) == ["CONFIRMED", "OFFERED", "OFFERED", "OFFERED"]
    assert agenda.row(event)["seats_left"] is None


def test_without_a_waiting_list_a_full_gathering_is_full(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1, waiting_list=False)
    agenda.fill(event, 1)
    problem = events.refused(register, by=person(), event=event)
    assert (problem["code"], problem["rule"]) == ("CAPACITY_FULL", "event.full")


def test_nobody_is_registered_twice_and_who_comes_back_starts_at_the_end(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 3)
    who, registration = filled[1]
    assert events.refused(register, by=who, event=event)["code"] == "DUPLICATE"
    events.perform(cancel_registration, by=who, registration=registration)
    again = events.perform(register, by=who, event=event)["id"]
    events.perform(cancel_registration, by=filled[0][0], registration=filled[0][1])
    assert (agenda.state_of(filled[2][1]), agenda.state_of(again)) == ("OFFERED", "WAITLISTED")


@pytest.mark.parametrize(
    ("before_start", "kept"),
    [
        (timedelta(days=10), timedelta(hours=24)),
        (timedelta(hours=40), timedelta(hours=10)),
        (timedelta(hours=2), timedelta(minutes=30)),
        (timedelta(hours=2, minutes=4), timedelta(minutes=31)),
    ],
)
def test_an_offer_lasts_a_quarter_of_the_time_left_within_bounds(
    agenda: Agenda, events: Bench, before_start: timedelta, kept: timedelta
) -> None:
    event = agenda.meetup(capacity=1, in_days=20)
    filled = agenda.fill(event, 2)
    events.clock.now += timedelta(days=20) - before_start
    events.perform(cancel_registration, by=filled[0][0], registration=filled[0][1])
    assert expiry(events, filled[1][1]) == events.clock.now + kept


def test_close_to_the_start_the_first_waiting_person_to_confirm_has_the_seat(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1, in_days=2)
    filled = agenda.fill(event, 3)
    early = events.refused(answer_offer, by=filled[2][0], registration=filled[2][1], accept=True)
    assert early["rule"] == "registration.no_last_place"

    events.clock.now += timedelta(days=2) - timedelta(minutes=119)
    events.perform(cancel_registration, by=filled[0][0], registration=filled[0][1])
    assert agenda.states(filled) == ["CANCELLED", "WAITLISTED", "WAITLISTED"]
    assert [fact["data"]["free"] for fact in events.facts("event.last_places_open")] == [1]

    events.perform(answer_offer, by=filled[2][0], registration=filled[2][1], accept=True)
    assert agenda.states(filled) == ["CANCELLED", "WAITLISTED", "CONFIRMED"]
    late = events.refused(answer_offer, by=filled[1][0], registration=filled[1][1], accept=True)
    assert late["code"] == "CAPACITY_FULL"


def test_a_seat_given_back_in_the_last_day_is_marked_as_late(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=2)
    [(early, seat), (late, kept), (waiting, place)] = agenda.fill(event, 3)

    def marked(one: Actor) -> bool:
        [mine] = events.ask(registrations.my_registrations_by_events, by=one, ids=[event])
        return bool(mine["cancelled_late"])

    events.clock.goes_on(days=9)
    events.perform(cancel_registration, by=early, registration=seat)
    assert not marked(early), "24 hours before the start are in time"
    events.clock.goes_on(seconds=1)
    events.perform(cancel_registration, by=waiting, registration=place)
    assert not marked(waiting), "who had an offer gives no seat back"
    events.perform(cancel_registration, by=late, registration=kept)
    assert marked(late)


def test_a_seat_given_back_while_there_is_no_date_is_not_late(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(in_days=1)
    [(one, seat)] = agenda.fill(event, 1)
    events.clock.goes_on(hours=1)
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="La salle est prise.")
    events.perform(cancel_registration, by=one, registration=seat)
    [mine] = events.ask(registrations.my_registrations_by_events, by=one, ids=[event])
    assert (mine["state"], mine["cancelled_late"]) == ("CANCELLED", False)


def test_a_declined_offer_goes_to_the_next(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 3)
    events.perform(cancel_registration, by=filled[0][0], registration=filled[0][1])
    events.perform(answer_offer, by=filled[1][0], registration=filled[1][1], accept=False)
    assert agenda.states(filled) == ["CANCELLED", "OFFER_DECLINED", "OFFERED"]
    nothing = events.refused(answer_offer, by=filled[1][0], registration=filled[1][1], accept=True)
    assert nothing["rule"] == "registration.no_offer"


def test_registration_has_its_own_hours(agenda: Agenda, events: Bench) -> None:
    now = events.clock.now
    event = agenda.meetup(registration_opens_at=now + timedelta(days=1), registration_closes_at=now + timedelta(days=2))
    assert events.refused(register, by=person(), event=event)["rule"] == "event.registration_not_yet_open"
    events.clock.goes_on(days=1)
    agenda.fill(event, 1)
    events.clock.goes_on(days=1)
    assert events.refused(register, by=person(), event=event)["code"] == "DEADLINE_PASSED"
    draft = agenda.draft()
    assert events.refused(register, by=agenda.organiser, event=draft)["rule"] == "event.not_open"


def test_a_draft_is_unknown_to_strangers(agenda: Agenda, events: Bench) -> None:
    assert events.refused(register, by=person(), event=agenda.draft())["code"] == "NOT_FOUND"
    assert events.refused(register, by=person(), event=uuid4())["code"] == "NOT_FOUND"


def test_approval_is_the_organisers_and_never_ones_own(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1, approval_required=True)
    filled = agenda.fill(event, 3)
    assert agenda.states(filled) == ["PENDING_APPROVAL"] * 3
    assert agenda.row(event)["confirmed"] == 0

    stranger = events.refused(approve_registration, by=person(), registration=filled[0][1])
    admin = events.refused(approve_registration, by=person(Grant("ADMIN")), registration=filled[0][1])
    oneself = events.refused(approve_registration, by=filled[0][0], registration=filled[0][1])
    assert [stranger["code"], admin["code"], oneself["code"]] == ["NOT_FOUND", "FORBIDDEN", "FORBIDDEN"]

    events.perform(approve_registration, by=agenda.organiser, registration=filled[0][1])
    events.perform(approve_registration, by=agenda.organiser, registration=filled[1][1])
    events.perform(reject_registration, by=agenda.organiser, registration=filled[2][1], reason="Réservé aux membres.")
    assert agenda.states(filled) == ["CONFIRMED", "WAITLISTED", "REJECTED"]
    assert "Réservé" not in str(events.facts())
    again = events.refused(approve_registration, by=agenda.organiser, registration=filled[2][1])
    assert again["rule"] == "registration.not_pending"


def test_an_organiser_who_registers_needs_no_approval_of_their_own(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(approval_required=True)
    made = events.perform(register, by=agenda.organiser, event=event)
    assert made["state"] == "CONFIRMED"


def test_waiting_people_are_in_no_list_of_participants(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1)
    filled = agenda.fill(event, 3)
    seated = events.ask(
        registrations.list_registrations, by=agenda.organiser, event=event, state=["CONFIRMED", "ATTENDED"]
    )
    assert [row["id"] for row in seated["items"]] == [filled[0][1]]
    everybody = events.ask(registrations.list_registrations, by=agenda.organiser, event=event, first=2)
    assert [row["id"] for row in everybody["items"]] == [filled[0][1], filled[1][1]]
    assert (everybody["total"], everybody["has_next"]) == (3, True)
    hidden = events.ask_refused(registrations.list_registrations, by=filled[0][0], event=event)
    assert hidden["code"] == "NOT_FOUND"


def test_people_see_their_own_registration_and_nobody_elses(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    (one, mine), (_, other) = agenda.fill(event, 2)
    assert [row and row["id"] for row in events.ask(registrations.registrations_by_ids, by=one, ids=[mine, other])] == [
        mine,
        None,
    ]
    [own] = events.ask(registrations.my_registrations_by_events, by=one, ids=[event])
    assert own["id"] == mine
    assert events.refused(cancel_registration, by=one, registration=other)["code"] == "NOT_FOUND"


def test_after_its_end_a_gathering_was_held_and_nobody_waits_any_more(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1, in_days=3)
    filled = agenda.fill(event, 3)
    events.clock.goes_on(days=3)
    assert events.run_due(hold_ended_events) == 0
    events.clock.goes_on(hours=2)
    assert events.run_due(hold_ended_events) == 1
    assert agenda.row(event)["state"] == "HELD"
    assert agenda.states(filled) == ["CONFIRMED", "EXPIRED", "EXPIRED"]
    assert events.refused(cancel_registration, by=filled[0][0], registration=filled[0][1])["rule"] == "event.over"

    events.clock.goes_on(hours=71)
    assert events.run_due(close_settled_events) == 0
    events.clock.goes_on(hours=1)
    assert events.run_due(close_settled_events) == 1
    assert agenda.states(filled)[0] == "NO_SHOW"
    [closed] = events.facts("event.closed")
    assert (closed["data"]["attended"], closed["data"]["no_shows"]) == (0, 1)
    [history] = events.ask(gatherings.event_histories_by_ids, ids=[event])
    assert [row["to"] for row in history] == ["DRAFT", "PUBLISHED", "HELD", "CLOSED"]
    assert history[-1]["actor"]["kind"] == "SYSTEM"
