"""Events of an iCalendar file (RFC 5545), one VEVENT at a time, however large the file is.

Only what the network shows is taken: title, time, place, address on the web, description, categories. Who organises and
who attends is left where it is. An event that repeats is taken once, at its first time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, available_timezones

from icalendar import Calendar, Component, Event
from icalendar.error import InvalidCalendar

from gateway.imports.events import KIND
from gateway.imports.lines import LONGEST_LINE, Line, lines_of
from gateway.imports.records import Item, Record, Refusal, Refused
from gateway.imports.themes import themes_of

#: What has to be told of an event apart from its time; a line of another property that is broken does no harm.
TIMES = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID")


@dataclass
class Block:
    """The lines of one component; ``fault`` says why it cannot be read."""

    name: str
    number: int
    lines: list[str] = field(default_factory=list)
    size: int = 0
    fault: str = ""

    @property
    def text(self) -> str:
        return "\r\n".join(self.lines) + "\r\n"

    def add(self, line: Line) -> None:
        self.size += line.size
        if line.fault:
            self.fault = self.fault or f"line {line.number}: {line.fault}"
        elif self.size > LONGEST_LINE:
            self.fault = self.fault or f"it is longer than {LONGEST_LINE:,} bytes"
            self.lines = []
        else:
            self.lines.append(line.text)


def calendar_records(file: BinaryIO) -> Iterator[Item]:
    """The events of a calendar as the events service takes them, each by its number in the file and its UID."""
    zone: tzinfo = UTC
    count = 0
    for block in _blocks(file):
        if block.name == "VTIMEZONE":
            _learn_timezone(block)
        elif block.name == "X-WR-TIMEZONE":
            zone = _zone(block.text.strip()) or zone
        elif block.name == "":
            yield Refusal(f"line {block.number}", block.fault)
        else:
            count += 1
            yield _read(block, count, zone)


def _blocks(file: BinaryIO) -> Iterator[Block]:
    """Every VEVENT and VTIMEZONE with all that stands within it, and the calendar's own timezone."""
    block: Block | None = None
    for line in lines_of(file, blank_is_fault=False):
        word = line.text.strip().upper()
        if block is not None:
            block.add(line)
            if word == f"END:{block.name}":
                yield block
                block = None
            elif word in ("BEGIN:VEVENT", "END:VCALENDAR"):
                block.fault = block.fault or f"it begins on line {block.number} and has no end"
                yield block
                block = _begun(word, line)
        elif line.fault:
            yield Block("", line.number, fault=line.fault)
        elif word.startswith("X-WR-TIMEZONE:"):
            yield Block("X-WR-TIMEZONE", line.number, [line.text.partition(":")[2]])
        else:
            block = _begun(word, line)
    if block is not None:
        block.fault = block.fault or f"it begins on line {block.number} and has no end"
        yield block


def _begun(word: str, line: Line) -> Block | None:
    if word not in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
        return None
    return Block(word.removeprefix("BEGIN:"), line.number, [line.text], line.size)


def _learn_timezone(block: Block) -> None:
    """Parsing a VTIMEZONE makes icalendar know it by its TZID; one that is broken leaves its events without."""
    if not block.fault:
        try:
            Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{block.text}END:VCALENDAR\r\n")
        except (ValueError, IndexError, KeyError):
            return


def _read(block: Block, number: int, zone: tzinfo) -> Item:
    where = f"event {number}"
    if block.fault:
        return Refusal(where, block.fault)
    try:
        event = Event.from_ical(block.text)
        uid = str(event.get("UID", "")).strip()
        where = f"event {number} (UID {uid[:80]})" if uid else where
        if not isinstance(event, Event):
            raise Refused("it is no event")
        return _record(event, where, uid, block.size, zone)
    except Refused as refused:
        return Refusal(where, str(refused), str(_first(event, "SUMMARY"))[:80])
    except (ValueError, InvalidCalendar, AttributeError, TypeError, KeyError, IndexError) as error:
        return Refusal(where, f"not iCalendar that can be read: {error}")


def _record(event: Event, where: str, uid: str, size: int, zone: tzinfo) -> Record:
    for name, fault in event.errors:
        if name in TIMES:
            raise Refused(f"{name}: {fault}")
    title = " ".join(str(_first(event, "SUMMARY")).split())
    if not uid:
        raise Refused("it has no UID")
    if not title:
        raise Refused("it has no SUMMARY")
    if str(_first(event, "STATUS")).upper() == "CANCELLED":
        raise Refused("it is cancelled")
    span, notes = _span(event, zone)
    place, more_notes = _place(str(_first(event, "LOCATION")), str(_first(event, "URL")))
    if "RRULE" in event or "RDATE" in event:
        more_notes.append("it repeats; only its first time is taken")
    again = event.get("RECURRENCE-ID")
    themes = themes_of(str(category) for category in event.categories)
    request = {
        "reference": f"{uid}/{again.to_ical().decode()}" if again is not None else uid,
        "kind": KIND,
        "title": title,
        "description": str(_first(event, "DESCRIPTION")).strip() or None,
        "themes": list(themes),
        "languages": [],
        **place,
        **span,
    }
    return Record(where, request, size=size, name=title, notes=(*notes, *more_notes), themes=themes)


def _span(event: Event, zone: tzinfo) -> tuple[dict[str, str], list[str]]:
    if "DTSTART" not in event:
        raise Refused("it has no DTSTART")
    start, end = event.start, event.end
    if end < start:
        raise Refused(f"dates run backward: it ends on {end}, before it starts on {start}")
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        last = max(start, end - timedelta(days=1))
        return {"starts_on": start.isoformat(), "ends_on": last.isoformat()}, []
    notes = []
    if start.tzinfo is None:
        named = event["DTSTART"].params.get("TZID")
        if named:
            raise Refused(f"unknown timezone {str(named)[:60]!r}")
        start, end = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
        notes.append(f"it has no timezone; {zone} is taken")
    span = {"starts_at": start.isoformat(), "timezone": _name_of(start.tzinfo)}
    return span | ({"ends_at": end.isoformat()} if end > start else {}), notes


def _place(location: str, url: str) -> tuple[dict[str, Any], list[str]]:
    """A place of one or two parts is a city and a country; a longer one is an address, of which the city is unknown."""
    website = url.strip() if url.strip().lower().startswith(("https://", "http://")) else None
    notes = [] if website or not url.strip() else ["left out the URL: it does not start with https:// or http://"]
    location = " ".join(location.split())
    if location.lower().startswith(("https://", "http://")):
        return {"mode": "ONLINE", "website": website or location}, notes
    parts = [part.strip() for part in location.split(",") if part.strip()]
    if len(parts) > 2:
        notes.append(f"the place is not a city and a country, so it is left out: {location[:120]}")
        parts = []
    city, country = (*parts, None, None)[:2]
    return {"mode": "ONSITE", "city": city, "country": country, "website": website}, notes


def _first(event: Component, name: str) -> Any:
    value = event.get(name, "")
    return value[0] if isinstance(value, list) and value else value


def _zone(name: str) -> tzinfo | None:
    return ZoneInfo(name) if name in available_timezones() else None


def _name_of(zone: tzinfo | None) -> str:
    name = getattr(zone, "key", "")
    return name if name in available_timezones() else "UTC"
