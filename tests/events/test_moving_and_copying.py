"""The same gathering in several cities, and a registration that moves from one date to another."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.events.queries import registrations
from services.events.use_cases.copy_event import copy_event
from services.events.use_cases.move_registration import move_registration
from services.events.use_cases.publish_event import publish_event
from services.events.use_cases.register import register
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person


def test_a_gathering_is_copied_to_other_cities_with_all_that_it_is(agenda: Agenda, events: Bench) -> None:
    event = agenda.draft_hold_up(themes=["accueil"], questions=["Venez-vous à vélo ?"])
    in_montreal = datetime(2026, 11, 1, 14, 0, tzinfo=ZoneInfo("America/Toronto"))
    copies = [
        {"starts_at": events.clock.now + timedelta(days=20), "place": {"city": "Lille"}},
        {"starts_at": in_montreal, "timezone": "America/Toronto", "place": {"city": "Montréal"}, "title": "À Montréal"},
    ]
    made = events.perform(copy_event, by=agenda.organiser, event=event, copies=copies)
    lille, montreal = (agenda.row(one) for one in made["ids"])
    original = agenda.row(event)
    for copy in (lille, montreal):
        for name in ("kind", "project", "challenge", "facilitators", "capacity", "agenda", "questions", "themes"):
            assert copy[name] == original[name], name
        assert (copy["state"], copy["confirmed"]) == ("DRAFT", 0)
        events.perform(publish_event, by=agenda.organiser, event=copy["id"])
    assert [one["place"]["city"] for one in (original, lille, montreal)] == ["Lyon", "Lille", "Montréal"]
    assert len({original["slug"], lille["slug"], montreal["slug"]}) == 3
    assert datetime.fromisoformat(montreal["starts_at"]) == in_montreal.astimezone(UTC)


def test_all_copies_are_made_or_none(agenda: Agenda, events: Bench) -> None:
    event, at = agenda.draft(), events.clock.now + timedelta(days=20)
    bad = [{"starts_at": at}, {"starts_at": at, "ends_at": at}]
    refused = events.refused(copy_event, by=agenda.organiser, event=event, copies=bad)
    assert refused["rule"] == "event.ends_before_it_starts"
    many = events.refused(copy_event, by=agenda.organiser, event=event, copies=[{"starts_at": at}] * 61)
    assert many["rule"] == "event.copies_out_of_bounds"


def test_a_registration_moves_to_a_free_seat_and_its_own_goes_to_who_waits(agenda: Agenda, events: Bench) -> None:
    lyon, lille = agenda.meetup(capacity=1), agenda.meetup(capacity=1, place={"city": "Lille"})
    filled = agenda.fill(lyon, 2)
    (one, seat), _ = filled
    moved = events.perform(move_registration, by=one, registration=seat, event=lille)
    assert (moved["state"], moved["event"]) == ("CONFIRMED", lille)
    assert agenda.states(filled) == ["CANCELLED", "OFFERED"]
    [mine] = events.ask(registrations.my_registrations_by_events, by=one, ids=[lille])
    assert mine["state"] == "CONFIRMED"


def test_what_a_person_told_goes_along_as_far_as_it_is_asked_there(agenda: Agenda, events: Bench) -> None:
    asked = ["Venez-vous à vélo ?", "Végétarien ?"]
    lyon, lille = agenda.meetup(questions=asked), agenda.meetup(questions=[asked[1], "Parlez-vous flamand ?"])
    who = person()
    said = [{"question": question, "answer": "Oui."} for question in asked]
    seat = events.perform(register, by=who, event=lyon, needs="Une boucle magnétique", answers=said)["id"]
    moved = events.perform(move_registration, by=who, registration=seat, event=lille)
    [row] = events.rows("SELECT needs, answers FROM registrations WHERE id = :id", id=moved["id"])
    assert (row["needs"], row["answers"]) == ("Une boucle magnétique", [said[1]])


def test_who_finds_no_seat_there_keeps_the_own_one(agenda: Agenda, events: Bench) -> None:
    lyon, lille = agenda.meetup(capacity=1), agenda.meetup(capacity=1)
    [(one, seat)] = agenda.fill(lyon, 1)
    agenda.fill(lille, 1)
    full = events.refused(move_registration, by=one, registration=seat, event=lille)
    assert (full["code"], full["rule"]) == ("CAPACITY_FULL", "registration.no_seat_there")
    same = events.refused(move_registration, by=one, registration=seat, event=lyon)
    assert same["rule"] == "registration.same_event"
    assert events.refused(move_registration, by=person(), registration=seat, event=lille)["code"] == "NOT_FOUND"
