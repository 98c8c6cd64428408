"""Calendars of gatherings (RFC 5545): what is asked for them, and how entries are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Timezone
from icalendar import Event as Entry

from gateway.context import Context
from gateway.schema.events.timezones import timezone_between
from gateway.schema.wire import Row, read_instant

#: A cancelled gathering stays in calendars, as cancelled, for so long (domain.md section 5).
KEPT_WHEN_CANCELLED = timedelta(days=30)
#: DRAFT has no entry. A postponed gathering stands in calendars as not yet certain.
STATUS = {
    "PUBLISHED": "CONFIRMED",
    "POSTPONED": "TENTATIVE",
    "HELD": "CONFIRMED",
    "CLOSED": "CONFIRMED",
    "CANCELLED": "CANCELLED",
}
#: When a calendar reminds of what one goes to.
ALARMS = (timedelta(hours=-24), timedelta(hours=-2))
#: What a calendar without entries holds: RFC 5545 wants one component at least.
TIMEZONE = "Europe/Paris"


@dataclass(frozen=True)
class Feed:
    """What a calendar holds: rows of gatherings, its name, and when any of it last changed."""

    rows: Sequence[Row]
    name: str | None = None
    modified_at: datetime | None = None
    alarms: bool = False

    def written(self) -> bytes:
        """The file, the same for the same rows."""
        calendar = Calendar()
        calendar.add("prodid", "-//Maillage//Events//FR")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        if self.name:
            calendar.add("name", self.name)
            calendar.add("x-wr-calname", self.name)
        for timezone in self._timezones():
            calendar.add_component(timezone)
        for row in self.rows:
            calendar.add_component(entry_of(row, alarms=self.alarms))
        written: bytes = calendar.to_ical()
        return written

    def _timezones(self) -> list[Timezone]:
        """Those that entries with times are told in, as they are in the time of these entries."""
        spans: dict[str, list[datetime]] = {}
        for row in self.rows:
            if not row["all_day"]:
                moments = spans.setdefault(row["timezone"], [])
                moments += [read_instant(row["starts_at"]), read_instant(row["ends_at"])]
        if not self.rows:
            spans[TIMEZONE] = [datetime(2026, 1, 1, tzinfo=UTC)]
        return [timezone_between(name, min(moments), max(moments)) for name, moments in sorted(spans.items())]


async def feed_of_event(context: Context, slug: str) -> Feed | None:
    """The calendar of one gathering as the asker may see it; None when there is none (any more)."""
    row = await context.rpc.ask("events", "event_by_slug", {"slug": slug})
    if row is None or not _has_an_entry(row, datetime.now(UTC)):
        return None
    return Feed([row], modified_at=read_instant(row["changed_at"]), alarms=True)


async def feed_of(context: Context, scope: str, slug: str | None = None) -> Feed | None:
    """The calendar of everybody (AGENDA), or of a THEME, PROJECT or COALITION; None when there is no such thing."""
    name: str | None = "Maillage"
    if scope == "THEME":
        [theme] = await context.rpc.ask("people", "themes_by_slugs", {"slugs": [slug]})
        if theme is None:
            return None
        name = theme["label_fr"]
    request = {"scope": scope, "name": slug} if slug else {"scope": scope}
    found = await context.rpc.ask("events", "calendar_entries", request)
    if found is None:
        return None
    name = found["name"] if scope in ("PROJECT", "COALITION") else name
    return Feed(found["items"], name, _instant(found["modified_at"]))


async def feed_of_person(context: Context, token: str) -> Feed | None:
    """The calendar of the person who has this secret; None when nobody has it (any more)."""
    found = await context.rpc.ask("events", "own_calendar", {"token": token})
    if found is None:
        return None
    return Feed(found["items"], "Maillage", _instant(found["modified_at"]), alarms=True)


def entry_of(row: Row, *, alarms: bool = False) -> Entry:
    """The VEVENT of a gathering's row: the same UID for ever, a SEQUENCE that grows with every new time or place.

    A row of somebody's own calendar says by ``entry_*`` how it stands for that person.
    """
    changed_at = read_instant(row.get("entry_changed_at") or row["changed_at"])
    status = row.get("entry_status") or STATUS[row["state"]]
    entry = Entry()
    entry.add("uid", f"{row['id']}@maillage")
    entry.add("sequence", row.get("entry_sequence", row["calendar_sequence"]))
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    entry.add("created", read_instant(row["created_at"]))
    entry.add("dtstart", _moment(row, "starts_at"))
    entry.add("dtend", _moment(row, "ends_at"))
    entry.add("summary", row["title"])
    entry.add("status", status)
    entry.add("transp", "TRANSPARENT" if status == "CANCELLED" else "OPAQUE")
    url = row.get("online_url") or row["website"]
    for name, value in (("description", row["description"]), ("location", _location(row)), ("url", url)):
        if value:
            entry.add(name, value)
    if row["themes"]:
        entry.add("categories", row["themes"])
    if alarms and status == "CONFIRMED":
        for before in ALARMS:
            entry.add_component(_alarm(row, before))
    return entry


def _alarm(row: Row, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", row["title"])
    alarm.add("trigger", before)
    return alarm


def _has_an_entry(row: Row, now: datetime) -> bool:
    cancelled_long_ago = row["state"] == "CANCELLED" and read_instant(row["changed_at"]) + KEPT_WHEN_CANCELLED <= now
    return row["state"] in STATUS and not cancelled_long_ago


def _instant(value: str | None) -> datetime | None:
    return read_instant(value) if value else None


def _moment(row: Row, name: str) -> datetime | date:
    """In the gathering's own timezone; whole days as dates, the end being the first day after.

    An hour that the clocks show twice is the first of the two to every reader: the second is written in UTC.
    """
    instant = read_instant(row[name])
    local = instant.astimezone(ZoneInfo(row["timezone"]))
    if row["all_day"]:
        return local.date()
    return instant.astimezone(UTC) if local.fold else local


def _location(row: Row) -> str:
    place = row["place"] or {}
    return ", ".join(place[part] for part in ("name", "address", "city", "country") if place.get(part))
