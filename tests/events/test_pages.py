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
from services.events.use_cases.report_outcome import report_outcome
from tests.bench import Bench
from tests.events.agenda import Agenda

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
    answer = page(row["title"], event_body(row, language, URL), language=language, data=described(row, URL))
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
