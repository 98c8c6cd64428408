"""The calendar entry of a gathering, read back by an independent reading of RFC 5545."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from icalendar import Calendar

from gateway.schema.events.calendar import Feed, feed_of, feed_of_event, feed_of_person
from services.backbone.actor import ANONYMOUS
from services.events.use_cases.cancel_event import cancel_event
from services.events.use_cases.cancel_registration import cancel_registration
from services.events.use_cases.open_my_calendar import close_my_calendar, open_my_calendar
from services.events.use_cases.postpone_event import postpone_event
from services.events.use_cases.record_events import record_events
from services.events.use_cases.register import register
from services.events.use_cases.remember_neighbours import remember_coalition, remember_project
from services.events.use_cases.reschedule_event import reschedule_event
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.feeds import OnTheBench, now
from tests.events.gatherings import person


def written(events: Bench, slug: str) -> bytes | None:
    """What the feed of this gathering holds."""
    found = now(feed_of_event(OnTheBench(events), slug))  # type: ignore[arg-type]
    return found.written() if found else None


def entries(feed: Feed | None) -> dict[str, Any]:
    """The entries of a feed by their titles; the file is what RFC 5545 wants."""
    assert feed is not None
    content = feed.written()
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    assert feed.written() == content
    return {str(one["summary"]): one for one in calendar.walk("VEVENT")}


def feed(events: Bench, scope: str, slug: str | None = None) -> Feed | None:
    found: Feed | None = now(feed_of(OnTheBench(events), scope, slug))  # type: ignore[arg-type]
    return found


def own_feed(events: Bench, token: str) -> Feed | None:
    found: Feed | None = now(feed_of_person(OnTheBench(events), token))  # type: ignore[arg-type]
    return found


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


def test_the_agenda_holds_what_is_public(agenda: Agenda, events: Bench) -> None:
    agenda.meetup(title="Ouverte")
    agenda.meetup(title="Entre nous", visibility="NETWORK")
    agenda.draft(title="Brouillon")
    assert set(entries(feed(events, "AGENDA"))) == {"Ouverte"}


def test_a_theme_a_project_and_a_coalition_have_calendars_of_their_own(events: Bench) -> None:
    agenda = Agenda(events, person())
    project, coalition = uuid4(), uuid4()
    card = {"project": project, "slug": "colette", "name": "Colette", "visibility": "PUBLIC"}
    events.deliver(remember_project, events.fact("incubator", "project.recorded", project, **card))
    told = {"coalition": coalition, "slug": "alliance", "name": "L'Alliance", "convener": agenda.organiser.id}
    events.deliver(remember_coalition, events.fact("coalitions", "coalition.founded", coalition, **told))
    agenda.meetup(title="Du projet", project=project, themes=["accueil"])
    agenda.meetup(title="De la coalition", coalition=coalition, themes=["accueil"])
    agenda.meetup(title="D'ailleurs")
    theme, of_project, of_coalition = (
        feed(events, *which) for which in (("THEME", "accueil"), ("PROJECT", "colette"), ("COALITION", "alliance"))
    )
    assert set(entries(theme)) == {"Du projet", "De la coalition"}
    assert set(entries(of_project)) == {"Du projet"}
    assert set(entries(of_coalition)) == {"De la coalition"}
    assert [one.name for one in (theme, of_project, of_coalition) if one] == ["Accueil", "Colette", "L'Alliance"]
    assert feed(events, "THEME", "inconnu") is None
    assert feed(events, "PROJECT", "inconnu") is None
    assert feed(events, "COALITION", "inconnue") is None


def test_a_private_project_has_no_calendar_for_everybody(events: Bench) -> None:
    project = uuid4()
    card = {"project": project, "slug": "secret", "name": "Secret", "visibility": "PRIVATE"}
    events.deliver(remember_project, events.fact("incubator", "project.recorded", project, **card))
    assert feed(events, "PROJECT", "secret") is None


def test_a_calendar_without_entries_is_still_one(events: Bench) -> None:
    found = feed(events, "AGENDA")
    assert found is not None
    calendar = Calendar.from_ical(found.written())
    assert (calendar.errors, len(calendar.walk("VTIMEZONE"))) == ([], 1)


def test_a_feed_keeps_cancelled_entries_30_days_and_past_ones_180(agenda: Agenda, events: Bench) -> None:
    agenda.meetup(title="Tenue", in_days=1)
    cancelled = agenda.meetup(title="Annulée", in_days=20)
    events.perform(cancel_event, by=agenda.organiser, event=cancelled, reason="Personne ne peut venir.")
    cancelled_at = events.clock.now

    def held() -> tuple[set[str], datetime | None]:
        found = feed(events, "AGENDA")
        return set(entries(found)), found.modified_at if found else None

    assert entries(feed(events, "AGENDA"))["Annulée"]["status"] == "CANCELLED"
    events.clock.goes_on(days=29, hours=23)
    assert held() == ({"Tenue", "Annulée"}, cancelled_at)
    events.clock.goes_on(hours=1)
    assert held() == ({"Tenue"}, events.clock.now)
    events.clock.goes_on(days=200)
    assert held()[0] == set()


def test_one_s_own_calendar_says_how_each_registration_stands(agenda: Agenda, events: Bench) -> None:
    """Scenario 6: an offer is tentative, who waits has no entry, who gave the seat back has a cancelled one."""
    event = agenda.meetup(title="Petite salle", capacity=1)
    [(first, seat), (second, _), (third, _)] = agenda.fill(event, 3)
    tokens = {one.id: events.perform(open_my_calendar, by=one)["token"] for one in (first, second, third)}

    def status(one: Any) -> tuple[str, int] | None:
        found = entries(own_feed(events, tokens[one.id])).get("Petite salle")
        return (str(found["status"]), int(found["sequence"])) if found else None

    assert [status(one) for one in (first, second, third)] == [("CONFIRMED", 1), None, None]
    events.perform(cancel_registration, by=first, registration=seat)
    assert [status(one) for one in (first, second, third)] == [("CANCELLED", 2), ("TENTATIVE", 2), None]
    events.perform(register, by=first, event=event)
    assert status(first) is None
    events.perform(cancel_event, by=agenda.organiser, event=event, reason="Personne ne peut venir.")
    state, sequence = status(second) or ("", 0)
    assert (state, sequence > 2) == ("CANCELLED", True)
    assert entries(own_feed(events, tokens[second.id]))["Petite salle"]["uid"] == f"{event}@maillage"


def test_what_one_goes_to_rings_a_day_and_two_hours_before(agenda: Agenda, events: Bench) -> None:
    event = agenda.meetup(title="Rencontre")
    [(one, _)] = agenda.fill(event, 1)
    own = entries(own_feed(events, events.perform(open_my_calendar, by=one)["token"]))
    alarms = own["Rencontre"].walk("VALARM")
    assert [alarm["trigger"].dt for alarm in alarms] == [timedelta(hours=-24), timedelta(hours=-2)]
    assert entries(feed(events, "AGENDA"))["Rencontre"].walk("VALARM") == []


def test_the_secret_address_of_one_s_calendar_is_replaced_and_taken_away(agenda: Agenda, events: Bench) -> None:
    one = agenda.organiser
    first = events.perform(open_my_calendar, by=one)["token"]
    assert own_feed(events, first) is not None
    second = events.perform(open_my_calendar, by=one)["token"]
    assert own_feed(events, first) is None
    assert own_feed(events, second) is not None
    assert first not in str(events.everything())
    assert second not in str(events.everything())
    assert events.perform(close_my_calendar, by=one) == {"closed": True}
    assert own_feed(events, second) is None
    assert events.refused(open_my_calendar, by=ANONYMOUS)["code"] == "UNAUTHENTICATED"


def test_organisers_find_what_they_run_in_their_own_calendar(agenda: Agenda, events: Bench) -> None:
    agenda.meetup(title="La mienne")
    agenda.draft(title="Pas encore")
    own = entries(own_feed(events, events.perform(open_my_calendar, by=agenda.organiser)["token"]))
    assert {title: str(one["status"]) for title, one in own.items()} == {"La mienne": "CONFIRMED"}


def test_every_change_of_clocks_is_written_out(agenda: Agenda, events: Bench) -> None:
    """Programs that pass over lists of RDATE show the right hour too: in summer, and in the night of the change."""
    slug = agenda.row(agenda.meetup(in_days=60))["slug"]
    content = written(events, slug)
    assert content is not None
    assert b"RDATE" not in content
    [zone] = Calendar.from_ical(content).walk("VTIMEZONE")
    summers = [one["dtstart"].dt for one in zone.walk("DAYLIGHT")]
    assert datetime(2026, 3, 29, 2, 0) in summers
    assert [one["tzoffsetto"].td for one in zone.walk("DAYLIGHT")][-1] == timedelta(hours=2)
