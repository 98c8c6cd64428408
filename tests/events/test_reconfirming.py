"""A new date after a postponement: everybody is asked whether it suits, and who is silent gives way."""

from datetime import datetime, timedelta

from services.events.queries import registrations
from services.events.use_cases.answer_offer import answer_offer
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.check_in import check_in
from services.events.use_cases.lapse_offers import lapse_offers
from services.events.use_cases.lapse_unreconfirmed import lapse_unreconfirmed
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.reconfirm_registration import reconfirm_registration
from services.events.use_cases.register import register
from services.events.use_cases.reschedule_event import reschedule_event
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def put_off(agenda: Agenda, event: str, *, days: float = 40) -> None:
    """Postponed, and announced again with a date so many days ahead."""
    events = agenda.bench
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="La salle est prise.")
    later = events.clock.now + timedelta(days=days)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=later)


def asked_until(events: Bench, registration: str) -> datetime | None:
    [row] = events.ask(registrations.registrations_by_ids, ids=[registration])
    return datetime.fromisoformat(row["reconfirm_by"]) if row["reconfirm_by"] else None


def test_who_does_not_reconfirm_within_7_days_gives_way_to_who_waits(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=2)
    filled = agenda.fill(event, 4)
    put_off(agenda, event)
    deadline = events.clock.now + timedelta(days=7)
    assert [asked_until(events, registration) for _, registration in filled] == [deadline] * 4

    for who, registration in (filled[0], filled[2]):
        events.perform(reconfirm_registration, by=who, registration=registration)
    assert asked_until(events, filled[0][1]) is None
    events.clock.goes_on(days=6, hours=23)
    assert events.run_due(lapse_unreconfirmed) == 0
    events.clock.goes_on(hours=1)
    late = events.refused(reconfirm_registration, by=filled[1][0], registration=filled[1][1])
    assert (late["code"], late["rule"]) == ("DEADLINE_PASSED", "registration.reconfirmation_over")
    assert events.run_due(lapse_unreconfirmed) == 2
    assert events.run_due(lapse_unreconfirmed) == 0
    assert agenda.states(filled) == ["CONFIRMED", "CANCELLED", "OFFERED", "CANCELLED"]
    assert len(events.facts("event.registration_lapsed")) == 2
    row = agenda.row(event)
    assert (row["confirmed"], row["offered"], row["waiting"]) == (1, 1, 0)


def test_who_was_let_in_before_it_was_put_off_is_asked_like_everybody_else(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(in_days=1)
    [(who, registration)] = agenda.fill(event, 1)
    events.clock.goes_on(days=1, minutes=-30)
    mark = {"registration": registration, "at": events.clock.now}
    events.perform(check_in, by=agenda.organiser, event=event, marks=[mark])
    assert (agenda.states([(who, registration)]), agenda.row(event)["attended"]) == (["ATTENDED"], 1)
    put_off(agenda, event)
    assert (agenda.states([(who, registration)]), agenda.row(event)["attended"]) == (["CONFIRMED"], 0)
    events.perform(reconfirm_registration, by=who, registration=registration)
    events.clock.goes_on(days=40, minutes=-10)
    events.perform(check_in, by=agenda.organiser, event=event, marks=[{**mark, "at": events.clock.now}])
    assert agenda.states([(who, registration)]) == ["ATTENDED"]


def test_a_near_date_leaves_half_of_the_time_to_reconfirm(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    [(_, registration)] = agenda.fill(event, 1)
    put_off(agenda, event, days=4)
    assert asked_until(events, registration) == events.clock.now + timedelta(days=2)


def test_a_seat_taken_with_the_new_date_in_sight_needs_no_other_word(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=1)
    [(first, seat), (second, _)] = agenda.fill(event, 2)
    put_off(agenda, event)
    events.perform(cancel_registration, by=first, registration=seat)
    [mine] = events.ask(registrations.my_registrations_by_events, by=second, ids=[event])
    events.perform(answer_offer, by=second, registration=mine["id"], accept=True)
    third = person()
    events.perform(register, by=third, event=event)
    events.clock.goes_on(days=8)
    assert events.run_due(lapse_unreconfirmed) == 0
    assert agenda.row(event)["confirmed"] == 1
    nothing = events.refused(reconfirm_registration, by=second, registration=mine["id"])
    assert (nothing["code"], nothing["rule"]) == ("ILLEGAL_TRANSITION", "registration.nothing_to_reconfirm")


def test_put_off_again_nobody_lapses_until_asked_anew(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    [(_, registration)] = agenda.fill(event, 1)
    put_off(agenda, event)
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="Encore la salle.")
    events.clock.goes_on(days=10)
    assert events.run_due(lapse_unreconfirmed) == 0
    later = events.clock.now + timedelta(days=60)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=later)
    assert asked_until(events, registration) == events.clock.now + timedelta(days=7)


def test_another_date_without_a_postponement_asks_nobody(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    [(_, registration)] = agenda.fill(event, 1)
    put_off(agenda, event)
    events.perform(reconfirm_registration, by=agenda.organiser, registration=registration)
    later = events.clock.now + timedelta(days=50)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=later)
    assert asked_until(events, registration) is None


def test_nobody_reconfirms_for_a_stranger(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    [(_, registration)] = agenda.fill(event, 1)
    put_off(agenda, event)
    assert events.refused(reconfirm_registration, by=person(), registration=registration)["code"] == "NOT_FOUND"
    assert events.run_due(lapse_offers) == 0
