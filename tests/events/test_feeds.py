"""Every calendar, read by other hands (rfc5545.py, vobject): gatherings of any title, anywhere, at any time."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.events.use_cases.record_events import record_events
from tests.bench import Bench
from tests.events.agenda import Agenda
from tests.events.feeds import OnTheBench, feed_of, now
from tests.events.rfc5545 import read, when

ZONES = ["Europe/Paris", "America/Toronto", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=150
).filter(lambda text: text.strip() != "")
INSTANTS = st.datetimes(datetime(2026, 3, 3), datetime(2027, 12, 1), timezones=st.just(UTC))


def by_vobject(written: bytes) -> dict[str, str]:
    """Ids and titles as a library of somebody else's reads them, without a warning.

    Times are left to the first reader: vobject overlooks the RDATE of a time zone.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        calendar = vobject.readOne(written.decode(), validate=True)
    return {one.uid.value: one.summary.value for one in calendar.vevent_list}


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(
        st.tuples(TEXT, TEXT, INSTANTS, st.integers(1, 72)).map(
            lambda one: (one[0], one[1], one[2].replace(second=0, microsecond=0), one[3])
        ),
        min_size=1,
        max_size=3,
        unique_by=lambda one: one[0].strip(),
    )
)
def test_what_is_written_is_what_another_reads(events_bench: Bench, zone: str, made: list[Any]) -> None:
    events_bench.empty()
    agenda = Agenda(events_bench)
    wanted = {}
    for title, description, starts_at, hours in made:
        ends_at = starts_at + timedelta(hours=hours)
        event = agenda.meetup(
            title=title,
            description=description,
            starts_at=starts_at,
            ends_at=ends_at,
            timezone=zone,
            themes=["accueil"],
        )
        wanted[f"{event}@maillage"] = (agenda.row(event)["title"], starts_at, ends_at)
    for scope, slug in (("AGENDA", None), ("THEME", "accueil")):
        asking: Any = OnTheBench(events_bench)
        written = now(feed_of(asking, scope, slug)).written()
        calendar = read(written)
        zones = {one.one("TZID")[1]: one for one in calendar.all("VTIMEZONE")}
        found = {
            entry.one("UID")[1]: (entry.text("SUMMARY"), when(entry, "DTSTART", zones), when(entry, "DTEND", zones))
            for entry in calendar.all("VEVENT")
        }
        assert found == wanted
        assert by_vobject(written) == {uid: title for uid, (title, _, _) in wanted.items()}


def test_the_first_day_of_whole_days_and_the_day_after_the_last(events_bench: Bench) -> None:
    events_bench.empty()
    line = {"title": "Forum", "starts_on": "2026-03-28", "ends_on": "2026-03-30", "timezone": "Europe/Paris"}
    events_bench.perform(record_events, events=[line])
    asking: Any = OnTheBench(events_bench)
    [entry] = read(now(feed_of(asking, "AGENDA")).written()).all("VEVENT")
    midnight = [datetime.combine(day, time(), UTC) for day in (date(2026, 3, 28), date(2026, 3, 31))]
    assert [when(entry, name, {}) for name in ("DTSTART", "DTEND")] == midnight


def test_both_of_two_like_hours_are_told_apart(events_bench: Bench) -> None:
    """In Lyon the clocks show half past two twice that night; the instants are an hour apart."""
    events_bench.empty()
    agenda, asking = Agenda(events_bench), OnTheBench(events_bench)
    instants = [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]
    for starts_at in instants:
        agenda.meetup(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20), timezone="Europe/Paris")
    calendar = read(now(feed_of(asking, "AGENDA")).written())  # type: ignore[arg-type]
    zones = {one.one("TZID")[1]: one for one in calendar.all("VTIMEZONE")}
    assert [when(entry, "DTSTART", zones) for entry in calendar.all("VEVENT")] == instants
