"""What people are told, when, once, and by which way; e-mail goes through a real mail server of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from services.events.domain.notices import STILL_TRUE_WHILE, TOPICS, NoticeKind
from services.events.post.letters import Letter, letter_of
from services.events.post.postman import Postman
from services.events.post.senders import Contact, LogSender, NoAddresses, NotSent, SmtpSender
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.check_in import check_in
from services.events.use_cases.choose_notices import choose_notices, unsubscribe
from services.events.use_cases.end_event import end_event
from services.events.use_cases.hold_ended_events import hold_ended_events
from services.events.use_cases.lapse_offers import lapse_offers
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.register import register
from services.events.use_cases.report_outcome import report_outcome
from services.events.use_cases.reschedule_event import reschedule_event
from services.events.use_cases.write_reminders import write_reminders
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.gatherings import person
from tests.events.mailing import Mailbox, mail_server

URL = "https://maillage.example"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


class Everybody:
    """Everybody has an address, and reads French unless said."""

    def __init__(self, **languages: str) -> None:
        self.languages = languages

    def contacts(self, persons: Collection[UUID]) -> dict[UUID, Contact]:
        return {one: Contact(f"{one}@exemple.org", self.languages.get(one.hex, "fr")) for one in persons}


class Kept:
    """A way out that keeps what left."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, contact: Contact | None) -> None:
        self.letters.append(letter)

    def told(self) -> list[tuple[str, UUID]]:
        told = [(str(letter.kind), letter.person) for letter in self.letters]
        self.letters.clear()
        return told


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def deliver(events: Bench, kept: Kept) -> Callable[[], list[tuple[str, UUID]]]:
    postman = Postman(kept, Everybody(), URL)

    def delivered() -> list[tuple[str, UUID]]:
        events.run_due(write_reminders)
        postman.deliver(events.run_due)
        return kept.told()

    return delivered


Deliver = Callable[[], list[tuple[str, UUID]]]


def test_everybody_is_told_what_becomes_of_their_registration_once(
    agenda: Agenda, events: Bench, deliver: Deliver
) -> None:
    event = agenda.meetup(capacity=1)
    [(first, seat), (second, _), (third, _)] = agenda.fill(event, 3)
    told = [("CONFIRMED", first.id), ("WAITLISTED", second.id), ("WAITLISTED", third.id)]
    assert sorted(deliver()) == sorted(told)
    assert deliver() == []
    events.perform(cancel_registration, by=first, registration=seat)
    assert deliver() == [("OFFER", second.id)]
    events.clock.goes_on(hours=24)
    events.run_due(lapse_offers)
    assert sorted(deliver()) == sorted([("OFFER_LAPSED", second.id), ("OFFER", third.id)])
    events.perform(cancel_event, by=agenda.organiser, event=event, reason="Il pleut trop.")
    assert deliver() == [("CANCELLED", third.id)]


def test_an_offer_that_is_over_before_its_letter_leaves_is_not_told(
    agenda: Agenda, events: Bench, deliver: Deliver
) -> None:
    event = agenda.meetup(capacity=1)
    [(first, seat), (second, place)] = agenda.fill(event, 2)
    deliver()
    events.perform(cancel_registration, by=first, registration=seat)
    events.perform(cancel_registration, by=second, registration=place)
    assert deliver() == []
    assert events.rows("SELECT count(*) AS dropped FROM notices WHERE state = 'DROPPED'") == [{"dropped": 1}]


def test_a_new_time_and_a_new_date_after_a_postponement_are_told_each_once(
    agenda: Agenda, events: Bench, deliver: Deliver
) -> None:
    event = agenda.meetup()
    [(one, _)] = agenda.fill(event, 1)
    deliver()
    for days in (20, 30):
        later = events.clock.now + timedelta(days=days)
        events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=later)
        assert deliver() == [("RESCHEDULED", one.id)]
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="La salle est prise.")
    assert deliver() == [("POSTPONED", one.id)]
    later = events.clock.now + timedelta(days=40)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=later)
    assert deliver() == [("RECONFIRM", one.id)]


def test_reminders_come_a_day_and_two_hours_before_over_a_change_of_clocks(
    agenda: Agenda, events: Bench, deliver: Deliver
) -> None:
    """In Lyon the night has 23 hours: a day before is 24 hours before, not the same time of the clock."""
    events.clock.now = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)
    starts_at = datetime(2026, 3, 29, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))
    event = agenda.meetup(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    [(one, seat), (other, _)] = agenda.fill(event, 2)
    deliver()
    events.perform(cancel_registration, by=other, registration=agenda_seat(events, other, event))
    for moment, expected in (
        (datetime(2026, 3, 28, 8, 59, tzinfo=ZoneInfo("Europe/Paris")), []),
        (datetime(2026, 3, 28, 9, 0, tzinfo=ZoneInfo("Europe/Paris")), [("DAY_BEFORE", one.id)]),
        (datetime(2026, 3, 29, 7, 59, tzinfo=ZoneInfo("Europe/Paris")), []),
        (datetime(2026, 3, 29, 8, 0, tzinfo=ZoneInfo("Europe/Paris")), [("HOURS_BEFORE", one.id)]),
        (datetime(2026, 3, 29, 9, 59, tzinfo=ZoneInfo("Europe/Paris")), []),
    ):
        events.clock.now = moment.astimezone(UTC)
        assert deliver() == expected, moment
    assert seat


def agenda_seat(events: Bench, one: Any, event: str) -> str:
    [row] = events.rows("SELECT id FROM registrations WHERE person = :p AND event = :e", p=one.id, e=event)
    return str(row["id"])


def test_who_registers_on_the_day_is_not_reminded_of_the_day_before(
    agenda: Agenda, events: Bench, deliver: Deliver
) -> None:
    event = agenda.meetup(in_days=1)
    events.clock.goes_on(hours=12)
    [(one, _)] = agenda.fill(event, 1)
    assert deliver() == [("CONFIRMED", one.id)]
    events.clock.goes_on(hours=10)
    assert deliver() == [("HOURS_BEFORE", one.id)]


def test_who_came_is_thanked_and_who_owes_a_report_reminded(agenda: Agenda, events: Bench, deliver: Deliver) -> None:
    event = agenda.hold_up(in_days=1)
    [(came, seat), (_, _)] = agenda.fill(event, 2)
    events.clock.goes_on(days=1)
    marks = [{"registration": seat, "at": events.clock.now}]
    events.perform(check_in, by=agenda.organiser, event=event, marks=marks)
    events.clock.goes_on(hours=2)
    events.run_due(hold_ended_events)
    deliver()
    events.clock.goes_on(hours=24)
    assert deliver() == [("AFTERWARDS", came.id)]
    events.clock.goes_on(days=4)
    assert deliver() == [("OUTCOME_DUE", agenda.organiser.id)]
    assert deliver() == []


def test_a_report_that_was_given_is_not_asked_for(agenda: Agenda, events: Bench, deliver: Deliver) -> None:
    event = agenda.hold_up(in_days=1)
    events.clock.goes_on(days=1, minutes=30)
    events.perform(end_event, by=agenda.organiser, event=event)
    events.perform(report_outcome, by=agenda.organiser, event=event, solutions=[])
    events.clock.goes_on(days=6)
    assert deliver() == []


def test_organisers_hear_in_time_that_too_few_come(agenda: Agenda, events: Bench, deliver: Deliver) -> None:
    event = agenda.meetup(in_days=10, min_participants=2)
    agenda.fill(event, 1)
    deliver()
    events.clock.goes_on(days=8, minutes=-1)
    assert deliver() == []
    events.clock.goes_on(minutes=1)
    assert deliver() == [("TOO_FEW", agenda.organiser.id)]


def test_people_choose_and_unsubscribe_in_one_click(
    agenda: Agenda, events: Bench, kept: Kept, deliver: Deliver
) -> None:
    event = agenda.meetup()
    one = person()
    events.perform(choose_notices, by=one, unwanted=["REGISTRATION"])
    events.perform(register, by=one, event=event)
    assert deliver() == []
    events.perform(choose_notices, by=one, unwanted=[])
    other = agenda.meetup(in_days=9)
    events.perform(register, by=one, event=other)
    Postman(kept, Everybody(), URL).deliver(events.run_due)
    [letter] = kept.letters
    query = {name: value for name, [value] in parse_qs(urlsplit(letter.unsubscribe_url).query).items()}
    assert query["topic"] == "REGISTRATION"
    for _ in range(2):
        assert events.perform(unsubscribe, **query) == {"topic": "REGISTRATION"}
    kept.letters.clear()
    events.perform(register, by=one, event=agenda.meetup(in_days=12))
    assert deliver() == []
    assert events.refused(unsubscribe, token="x", topic="CHANGES")["code"] == "NOT_FOUND"


def test_a_letter_is_an_e_mail_in_the_reader_s_language(agenda: Agenda, events: Bench, mailbox: Mailbox) -> None:
    box, url = mailbox, mailbox.url
    event = agenda.meetup(title="Café des âges")
    filled = agenda.fill(event, 2)
    english = filled[1][0].id
    assert english is not None
    postman = Postman(SmtpSender(url, "Maillage <bonjour@maillage.example>"), Everybody(**{english.hex: "en"}), URL)
    assert postman.deliver(events.run_due) == 2
    assert postman.deliver(events.run_due) == 0
    other, french = sorted(box.messages, key=lambda one: str(one["content-language"]))
    assert french["subject"] == "Votre place est confirmée : Café des âges"
    assert other["subject"] == "Your seat is confirmed: Café des âges"
    assert "jeudi 12 mars 2026 à 13 h 00 (Europe/Paris)" in french.get_content()
    assert "Thursday 12 March 2026 at 13:00 (Europe/Paris)" in other.get_content()
    assert french["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert french["list-unsubscribe"].startswith(f"<{URL}/notices/unsubscribe?token=")
    assert french["to"] == f"{filled[0][0].id}@exemple.org"
    assert french["message-id"].endswith("@maillage.example>")
    assert "@exemple.org" not in str(events.everything()), "addresses are kept nowhere here"


def test_a_server_that_is_busy_is_tried_again_and_one_that_refuses_is_not(
    agenda: Agenda, events: Bench, mailbox: Mailbox
) -> None:
    box, url = mailbox, mailbox.url
    postman = Postman(SmtpSender(url, "bonjour@maillage.example"), Everybody(), URL)
    agenda.fill(agenda.meetup(), 2)
    box.answers = ["451 later", "554 never"]
    assert postman.deliver(events.run_due) == 0
    assert sorted(row["state"] for row in events.rows("SELECT state FROM notices")) == ["FAILED", "WAITING"]
    assert postman.deliver(events.run_due) == 0
    events.clock.goes_on(minutes=2)
    assert postman.deliver(events.run_due) == 1
    assert len(box.messages) == 1


def test_a_server_that_is_away_loses_nothing(agenda: Agenda, events: Bench) -> None:
    agenda.fill(agenda.meetup(), 1)
    away = Postman(SmtpSender("smtp://127.0.0.1:1", "bonjour@maillage.example"), Everybody(), URL)
    assert away.deliver(events.run_due) == 0
    assert events.rows("SELECT state, attempts FROM notices") == [{"state": "WAITING", "attempts": 1}]


def test_a_letter_whose_sender_died_is_sent_again_as_the_same(agenda: Agenda, events: Bench, kept: Kept) -> None:
    class Dying:
        def send(self, letter: Letter, contact: Contact | None) -> None:
            self.identity = letter.identity
            raise KeyboardInterrupt

    agenda.fill(agenda.meetup(), 1)
    dying = Dying()
    with pytest.raises(KeyboardInterrupt):
        Postman(dying, Everybody(), URL).deliver(events.run_due)
    again = Postman(kept, Everybody(), URL)
    assert again.deliver(events.run_due) == 0
    events.clock.goes_on(minutes=10)
    assert again.deliver(events.run_due) == 1
    assert kept.letters[0].identity == dying.identity


def test_without_addresses_letters_go_to_the_log_and_nowhere_else(agenda: Agenda, events: Bench) -> None:
    agenda.fill(agenda.meetup(), 1)
    assert Postman(LogSender(), NoAddresses(), URL).deliver(events.run_due) == 1
    agenda.fill(agenda.meetup(), 1)
    assert Postman(SmtpSender("smtp://127.0.0.1:1", "x@y.z"), NoAddresses(), URL).deliver(events.run_due) == 0
    with pytest.raises(NotSent):
        SmtpSender("smtp://127.0.0.1:1", "x@y.z").send(any_letter(), None)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", NoticeKind)
def test_every_notice_has_its_words_in_both_languages(kind: NoticeKind, language: str) -> None:
    letter = any_letter(kind, language)
    assert letter.subject
    assert "{" not in letter.subject + letter.body
    assert kind in TOPICS
    assert kind in STILL_TRUE_WHILE


def any_letter(kind: NoticeKind = NoticeKind.CONFIRMED, language: str = "fr") -> Letter:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    known = {
        "id": uuid4(),
        "person": uuid4(),
        "kind": kind,
        "unsubscribe_token": "t",
        "event_slug": "rencontre",
        "event_title": "Rencontre",
        "starts_at": now,
        "timezone": "Europe/Paris",
        "all_day": False,
        "place": None,
        "offer_expires_at": now,
        "reconfirm_by": None,
        "not_after": now,
        "confirmed": 1,
        "min_participants": 5,
    }
    return letter_of(known, language, URL)
