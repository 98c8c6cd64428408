"""The calendar entry of a gathering, read back by an independent reading of RFC 5545."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from gateway.schema.events.calendar import calendar_of
from services.backbone.actor import ANONYMOUS
from services.events.queries import gatherings
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.record_events import record_events
from services.events.use_cases.reschedule_event import reschedule_event
from tests.bench import Bench
from tests.events.agenda import Agenda


class OnTheBench:
    """Asks the bench what the gateway would ask over the broker."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.rpc = self

    async def ask(self, service: str, method: str, request: dict[str, Any]) -> Any:
        assert (service, method) == ("events", "event_by_slug")
        return self.bench.ask(gatherings.event_by_slug, by=ANONYMOUS, **request)


def written(events: Bench, slug: str) -> bytes | None:
    """What the feed of this gathering holds."""
    asking = calendar_of(OnTheBench(events), slug)  # type: ignore[arg-type]
    try:
        asking.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


def entry(events: Bench, slug: str) -> Any:
    """The one VEVENT, parsed."""
    content = written(events, slug)
    assert content is not None
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    [found] = calendar.walk("VEVENT")
    assert found.errors == []
    return found


def test_an_entry_holds_what_a_calendar_shows(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(
        title="Rencontre; à l'Élysée, demain",
        description="Première ligne.\nDeuxième ligne.",
        place={"name": "Le Comptoir", "city": "Lyon", "country": "France"},
        website="https://exemple.org/rencontre",
        themes=["accueil", "mieux-vieillir"],
    )
    row = agenda.row(event)
    found = entry(events, row["slug"])
    assert found["uid"] == f"{event}@maillage"
    assert found["summary"] == "Rencontre; à l'Élysée, demain"
    assert found["description"] == "Première ligne.\nDeuxième ligne."
    assert found["location"] == "Le Comptoir, Lyon, France"
    assert (found["status"], found["sequence"]) == ("CONFIRMED", 0)
    assert found["dtstart"].dt == datetime.fromisoformat(row["starts_at"])
    assert found["dtend"].dt - found["dtstart"].dt == timedelta(hours=2)
    assert found["last-modified"].dt == events.clock.now
    assert found["categories"].cats == ["accueil", "mieux-vieillir"]


def test_times_are_in_the_gathering_s_own_timezone_which_the_file_explains(agenda: Agenda, events: Bench) -> None:
    """An evening in Montréal on the night of its change of clocks."""
    starts_at = datetime(2026, 11, 1, 0, 30, tzinfo=ZoneInfo("America/Toronto"))
    event = agenda.meetup(
        starts_at=starts_at, ends_at=starts_at.astimezone(UTC) + timedelta(hours=3), timezone="America/Toronto"
    )
    slug = agenda.row(event)["slug"]
    content = written(events, slug)
    assert content is not None
    calendar = Calendar.from_ical(content)
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["tzid"] == "America/Toronto"
    found = entry(events, slug)
    assert found["dtstart"].params["TZID"] == "America/Toronto"
    assert found["dtend"].dt.astimezone(UTC) - found["dtstart"].dt.astimezone(UTC) == timedelta(hours=3)
    assert found["dtend"].dt.hour == 2


def test_whole_days_are_dates_and_end_the_day_after(events: Bench) -> None:
    line = {
        "title": "Forum",
        "starts_on": "2026-05-21",
        "ends_on": "2026-05-22",
        "timezone": "Europe/Paris",
        "city": "Lyon",
    }
    [made] = events.perform(record_events, events=[line])["results"]
    found = entry(events, made["slug"])
    assert (found["dtstart"].dt, found["dtend"].dt) == (date(2026, 5, 21), date(2026, 5, 23))
    content = written(events, made["slug"])
    assert content is not None
    assert b"VTIMEZONE" not in content


def test_a_changed_entry_keeps_its_uid_and_moves_its_sequence_on(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup()
    slug = agenda.row(event)["slug"]
    before = entry(events, slug)
    events.clock.goes_on(hours=1)
    events.perform(reschedule_event, by=agenda.organiser, event=event, starts_at=events.clock.now + timedelta(days=30))
    after = entry(events, slug)
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["last-modified"].dt == events.clock.now
    events.perform(postpone_event, by=agenda.organiser, event=event, reason="La salle est prise.")
    assert (entry(events, slug)["status"], entry(events, slug)["sequence"]) == ("TENTATIVE", 2)


def test_a_cancelled_entry_says_so_for_30_days(agenda: Agenda, events: Bench) -> None:
    """Scenario 9: the feed cancels."""
    events.clock.now = datetime.now(UTC).replace(microsecond=0)
    event = agenda.meetup()
    slug = agenda.row(event)["slug"]
    events.perform(cancel_event, by=agenda.organiser, event=event, reason="Personne ne peut venir.")
    found = entry(events, slug)
    assert (found["status"], found["sequence"]) == ("CANCELLED", 1)

    events.clock.now = datetime.now(UTC) - timedelta(days=31)
    old = agenda.meetup()
    events.perform(cancel_event, by=agenda.organiser, event=old, reason="Personne ne peut venir.")
    assert written(events, agenda.row(old)["slug"]) is None


def test_drafts_and_unknown_gatherings_have_no_entry(agenda: Agenda, events: Bench) -> None:
    assert written(events, agenda.row(agenda.draft())["slug"]) is None
    assert written(events, "inconnue") is None
    private = agenda.meetup(visibility="NETWORK")
    assert written(events, agenda.row(private)["slug"]) is None
