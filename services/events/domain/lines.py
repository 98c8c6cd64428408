"""Reading one line of a list of gatherings: whatever it holds, it is understood or refused with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from services.backbone.identifiers import slug_of
from services.backbone.rules import BrokenRule, refuse_unless
from services.events.domain.description import Description
from services.events.domain.recording import Recorded
from services.events.domain.values import Span, known_timezone, whole_days
from services.events.domain.vocabulary import EventKind, EventMode

V = TypeVar("V", EventKind, EventMode)

#: How long a gathering with a time but no end is taken to last.
ASSUMED = timedelta(hours=2)
TIMEZONE = "UTC"
#: What is outside of these years is a slip of the pen.
YEARS = range(1900, 2200)


def read_line(line: Any) -> tuple[Recorded, list[str]]:
    """The gathering that a line tells of, and notes on what was assumed.

    Fields: ``title``; ``starts_on`` and ``ends_on`` (whole days, ISO 8601) or ``starts_at`` and ``ends_at`` (instants
    with offset); optionally ``reference, kind, description, website, timezone, mode, city, country, themes,
    languages``. Without a reference the title, the start and the website together name it.
    """
    if not isinstance(line, Mapping):
        raise _invalid(None, "A line is an object.")
    title = _text(line, "title")
    refuse_unless(bool(title), "VALIDATION", "event.title_missing", "A gathering has a title.", field="title")
    span, notes = _span(line)
    website = _text(line, "website")
    mode = _one_of(EventMode, line, "mode", EventMode.ONSITE)
    return Recorded(
        reference=_text(line, "reference") or f"{slug_of(title)}|{span.starts_at.date()}|{website}",
        event_kind=_one_of(EventKind, line, "kind", EventKind.CONFERENCE),
        title=title,
        description=Description(
            title=title,
            description=_text(line, "description") or None,
            themes=_texts(line, "themes") or None,
            languages=_texts(line, "languages") or None,
            website=website or None,
        ),
        span=span,
        mode=mode,
        city=_text(line, "city") or None,
        country=_text(line, "country") or None,
    ), notes


def _span(line: Mapping[str, Any]) -> tuple[Span, list[str]]:
    timezone = _text(line, "timezone") or TIMEZONE
    known_timezone(timezone)
    if _text(line, "starts_on"):
        first = _date(line, "starts_on")
        last = _date(line, "ends_on") if _text(line, "ends_on") else first
        return whole_days(first, last, timezone), []
    refuse_unless(
        bool(_text(line, "starts_at")), "VALIDATION", "event.start_missing", "It has no start.", field="starts_at"
    )
    starts_at = _instant(line, "starts_at")
    if _text(line, "ends_at"):
        return Span(starts_at=starts_at, ends_at=_instant(line, "ends_at"), timezone=timezone), []
    span = Span(starts_at=starts_at, ends_at=starts_at + ASSUMED, timezone=timezone)
    return span, ["It has no end; two hours are assumed."]


def _text(line: Mapping[str, Any], name: str) -> str:
    value = line.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _invalid(name, f"{name} is a text.")
    return value.strip()


def _texts(line: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = line.get(name) or ()
    if not isinstance(values, list | tuple) or not all(isinstance(value, str) for value in values):
        raise _invalid(name, f"{name} is a list of texts.")
    return tuple(values)


def _date(line: Mapping[str, Any], name: str) -> date:
    try:
        found = date.fromisoformat(_text(line, name))
    except ValueError:
        raise _bad_date(line, name) from None
    if found.year not in YEARS:
        raise _bad_date(line, name)
    return found


def _instant(line: Mapping[str, Any], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(line, name))
    except ValueError:
        raise _bad_date(line, name) from None
    if found.year not in YEARS:
        raise _bad_date(line, name)
    return found


def _one_of(codes: type[V], line: Mapping[str, Any], name: str, default: V) -> V:
    try:
        return codes(_text(line, name) or default)
    except ValueError:
        raise _invalid(name, f"{name} is one of {', '.join(codes)}.") from None


def _bad_date(line: Mapping[str, Any], name: str) -> BrokenRule:
    value = _text(line, name)[:40]
    return BrokenRule("VALIDATION", "event.bad_date", f"{value!r} is not a date.", field=name, values={"value": value})


def _invalid(name: str | None, message: str) -> BrokenRule:
    return BrokenRule("VALIDATION", "event.line_unreadable", message, field=name)
