"""The calendar entry of a gathering (RFC 5545), as anybody may have it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar import Event as Entry

from gateway.context import Context
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


async def calendar_of(context: Context, slug: str) -> bytes | None:
    """The calendar file of a gathering as the asker may see it; None when there is none (any more)."""
    row = await context.rpc.ask("events", "event_by_slug", {"slug": slug})
    if row is None or not _has_an_entry(row, datetime.now(UTC)):
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//Maillage//Events//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry_of(row))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def entry_of(row: Row) -> Entry:
    """The VEVENT of a gathering's row: the same UID for ever, a SEQUENCE that grows with every new time or place."""
    changed_at = read_instant(row["changed_at"])
    entry = Entry()
    entry.add("uid", f"{row['id']}@maillage")
    entry.add("sequence", row["calendar_sequence"])
    entry.add("dtstamp", changed_at)
    entry.add("last-modified", changed_at)
    entry.add("created", read_instant(row["created_at"]))
    entry.add("dtstart", _moment(row, "starts_at"))
    entry.add("dtend", _moment(row, "ends_at"))
    entry.add("summary", row["title"])
    entry.add("status", STATUS[row["state"]])
    entry.add("transp", "TRANSPARENT" if row["state"] == "CANCELLED" else "OPAQUE")
    for name, value in (("description", row["description"]), ("location", _location(row)), ("url", row["website"])):
        if value:
            entry.add(name, value)
    if row["themes"]:
        entry.add("categories", row["themes"])
    return entry


def _has_an_entry(row: Row, now: datetime) -> bool:
    cancelled_long_ago = row["state"] == "CANCELLED" and read_instant(row["changed_at"]) + KEPT_WHEN_CANCELLED <= now
    return row["state"] in STATUS and not cancelled_long_ago


def _moment(row: Row, name: str) -> datetime | date:
    """In the gathering's own timezone; whole days as dates, the end being the first day after."""
    local = read_instant(row[name]).astimezone(ZoneInfo(row["timezone"]))
    return local.date() if row["all_day"] else local


def _location(row: Row) -> str:
    place = row["place"] or {}
    return ", ".join(place[part] for part in ("name", "address", "city", "country") if place.get(part))
