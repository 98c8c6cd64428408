"""The public pages of gatherings: safe, readable without JavaScript, described to machines."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from gateway.http.pages import embedded, page, paragraphs
from gateway.schema.events.pages import agenda_body, described, event_body
from services.backbone.actor import ANONYMOUS
from services.events.queries import gatherings
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.end_event import end_event
from services.events.use_cases.record_events import record_events
from services.events.use_cases.report_outcome import report_outcome
from tests.bench import Bench
from tests.events.agenda import Agenda

LABELS = {"fr": "Accueil & réfugiés", "en": "Welcoming refugees"}
URL = "https://maillage.example"
NASTY = "</script><script>alert('x')</script> & \"d'ici\""


class Reading(HTMLParser):
    """Which elements a page has, and that each is closed."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.links += [value or "" for name, value in attributes if name == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def shown(agenda: Agenda, event: str, language: str = "fr") -> str:
    row = agenda.row(event)
    body = event_body(row, language, URL, {"accueil": LABELS[language]})
    answer = page(row["title"], body, language=language, data=described(row, URL))
    return bytes(answer.body).decode()


def test_a_page_says_when_and_where_in_the_reader_s_language(agenda: Agenda) -> None:
    event = agenda.meetup(
        capacity=20,
        place={"name": "Le Comptoir", "city": "Lyon", "country": "France"},
        accessibility={"wheelchair": True, "other": "Chien bienvenu"},
    )
    french, english = shown(agenda, event), shown(agenda, event, "en")
    assert "12 mars 2026, 13:00–15:00 (Europe/Paris)" in french
    assert "12 March 2026" in english
    for words in ("Le Comptoir, Lyon, France", "accessible en fauteuil roulant", "Chien bienvenu", "Places libres"):
        assert words in french
    assert '<meta name="viewport"' in french
    reading = Reading(french)
    assert f"{URL}/calendar/rencontre-de-printemps.ics" in reading.links
    assert reading.seen.count("script") == 1, "only the description for machines"


def test_themes_and_languages_are_called_as_the_reader_calls_them(agenda: Agenda) -> None:
    event = agenda.meetup(themes=["accueil", "inconnu"], languages=["fr", "pt-BR", "tlh"])
    french, english = shown(agenda, event), shown(agenda, event, "en")
    assert "<dd>Accueil &amp; réfugiés, inconnu</dd>" in french
    assert "<dd>Welcoming refugees, inconnu</dd>" in english
    assert "<dd>français, portugais, tlh</dd>" in french
    assert "<dd>French, Portuguese, tlh</dd>" in english


def test_nothing_that_people_write_becomes_part_of_the_page(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(title=NASTY, description=NASTY, place={"city": NASTY}, in_days=1)
    html = shown(agenda, event)
    assert "<script>alert" not in html
    assert Reading(html).seen.count("script") == 1
    events.clock.goes_on(days=1, minutes=5)
    events.perform(end_event, by=agenda.organiser, event=event)
    report = {"solutions": [{"text": NASTY, "retained": True}], "next_steps": NASTY}
    events.perform(report_outcome, by=agenda.organiser, event=event, **report)
    assert "<script>alert" not in shown(agenda, event)
    assert json.loads(embedded({"a": NASTY})) == {"a": NASTY}
    assert paragraphs("a\n\nb\nc") == "<p>a</p><p>b<br>c</p>"


def test_machines_read_a_schema_org_event(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(capacity=20, mode="HYBRID", themes=["accueil"])
    told: dict[str, Any] = described(agenda.row(event), URL)
    assert (told["@type"], told["eventStatus"]) == ("Event", "https://schema.org/EventScheduled")
    assert told["startDate"] == "2026-03-12T13:00:00+01:00"
    assert told["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert [one["@type"] for one in told["location"]] == ["Place", "VirtualLocation"]
    assert told["remainingAttendeeCapacity"] == 20
    events.perform(cancel_event, by=agenda.organiser, event=event, reason="Il pleut trop.")
    assert described(agenda.row(event), URL)["eventStatus"] == "https://schema.org/EventCancelled"
    assert "Annulé." in shown(agenda, event)


@pytest.mark.parametrize(
    ("span", "said", "start", "end"),
    [
        (("2026-03-29", "2026-03-29"), "29 mars 2026</time>", "2026-03-29", "2026-03-29"),
        (("2026-03-28", "2026-03-30"), "28 mars 2026 – 30 mars 2026</time>", "2026-03-28", "2026-03-30"),
    ],
)
def test_whole_days_are_said_from_the_first_to_the_last(
    events: Bench, span: tuple[str, str], said: str, start: str, end: str
) -> None:
    """Also over the night in which the clocks change."""
    line = {"title": "Forum", "starts_on": span[0], "ends_on": span[1], "timezone": "Europe/Paris", "city": "Lyon"}
    [made] = events.perform(record_events, events=[line])["results"]
    [row] = events.ask(gatherings.events_by_ids, ids=[made["id"]])
    assert f'<time datetime="{start}">{said}' in event_body(row, "fr", URL, {})
    told = described(row, URL)
    assert (told["startDate"], told["endDate"]) == (start, end)


def test_a_night_says_both_days_and_a_hold_up_its_challenge_and_programme(agenda: Agenda) -> None:
    night = shown(agenda, agenda.meetup(minutes=14 * 60, mode="HYBRID"))
    assert "12 mars 2026, 13:00 – 13 mars 2026, 03:00 (Europe/Paris)" in night
    assert "Lyon, France et en ligne" in night
    hold_up = shown(agenda, agenda.hold_up())
    assert "<dt>Défi</dt><dd>Comment nommer la maison ?</dd>" in hold_up
    assert "<li>Brise-glace (15 min)</li>" in hold_up
    assert "<li>Icebreaker (15 min)</li>" in shown(agenda, agenda.hold_up(), "en")


def test_who_reads_of_a_full_gathering_hears_of_the_waiting_list(agenda: Agenda) -> None:
    event = agenda.meetup(capacity=1)
    agenda.fill(event, 2)
    assert "Complet ; une liste d'attente est ouverte." in shown(agenda, event).replace("&#x27;", "'")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_agenda_lists_what_comes_the_earliest_first(agenda: Agenda, events: Bench, language: str) -> None:
    agenda.meetup(title="Seconde", in_days=9)
    agenda.meetup(title="Première", in_days=3)
    asked = {
        "filter": {"starts_after": events.clock.now + timedelta(hours=-6)},
        "order_by": "STARTS_AT_ASC",
        "first": 1,
    }
    first = events.ask(gatherings.list_events, by=ANONYMOUS, **asked)
    html = agenda_body(first, language, URL)
    assert "Première" in html
    assert "Seconde" not in html
    assert any("?after=" in link for link in Reading(html).links)
    assert Reading(agenda_body({"items": [], "has_next": False, "cursors": []}, language, URL)).seen[0] == "h1"
