"""Conferences of elsewhere, from lists of them.

Fields of an event, JSON or CSV: ``name`` (or ``title``), ``startDate``; optionally ``endDate``, ``city``, ``country``,
``online``, ``theme`` (or ``themes``), ``url``, ``locales`` (``EN,FR``), ``description``. Others are passed over. Dates
are whole days, or instants with their offset.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gateway.imports.records import Item, Record, Refused, required_text, rewritten, text_of, texts_of, web_address_of
from gateway.imports.themes import themes_of

KIND = "CONFERENCE"
YES, NO = ("true", "yes", "oui", "1"), ("false", "no", "non", "0")


def read_event(record: Record) -> Record:
    """The record as the events service takes it; Refused with the reason when it cannot be."""
    data = record.data
    title = required_text(data, "name", "title")
    website, notes = web_address_of(data, "url", "website")
    city = text_of(data, "city")
    themes = themes_of([*texts_of(data, "theme"), *texts_of(data, "themes")])
    request = {
        "reference": reference_of(title, required_text(data, "startDate"), city, website),
        "kind": KIND,
        "title": title,
        "description": text_of(data, "description"),
        "mode": _mode(_is_online(data.get("online")), city),
        "city": city,
        "country": text_of(data, "country"),
        "website": website,
        "themes": list(themes),
        "languages": [code.strip().lower() for code in (text_of(data, "locales") or "").split(",") if code.strip()],
        **_span(data),
    }
    return rewritten(record, request, title, notes, themes)


def reference_of(title: str, start: str, city: str | None, website: str | None) -> str:
    """What names a gathering for good: a list has no ids, so it is what it says of itself, however it is spelt."""
    said = [title, start, city or "", (website or "").rstrip("/")]
    plain = "\n".join(" ".join(each.casefold().split()) for each in said)
    return f"list/{hashlib.sha256(plain.encode()).hexdigest()[:32]}"


def seen_before(items: Iterable[Item]) -> Iterator[Item]:
    """The items, where an event that an earlier line names too says so: lists name one under several themes."""
    places: dict[str, str] = {}
    for item in items:
        if isinstance(item, Record):
            earlier = places.setdefault(item.data["reference"], item.where)
            if earlier != item.where:
                item = replace(item, again=True, notes=(*item.notes, f"the same gathering as on {earlier}"))
        yield item


def _span(data: dict[str, Any]) -> dict[str, str]:
    start, end = _moment(data, "startDate"), _moment(data, "endDate")
    if start is None:
        raise Refused("startDate is missing")
    if end is not None and isinstance(end, datetime) is not isinstance(start, datetime):
        raise Refused("startDate and endDate are not both days or both instants")
    if end is not None and end < start:
        raise Refused(f"dates run backward: it ends on {end}, before it starts on {start}")
    names = ("starts_at", "ends_at") if isinstance(start, datetime) else ("starts_on", "ends_on")
    return {name: moment.isoformat() for name, moment in zip(names, (start, end), strict=True) if moment is not None}


def _moment(data: dict[str, Any], name: str) -> Any:
    value = text_of(data, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        pass
    try:
        instant = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(f"{name} {value[:40]!r} is not a date like 2026-03-31") from None
    if instant.tzinfo is None:
        raise Refused(f"{name} {value[:40]!r} has no offset from UTC")
    return instant


def _is_online(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower()
    if word not in (*YES, *NO):
        raise Refused(f"online is neither true nor false: {word[:40]!r}")
    return word in YES


def _mode(online: bool, city: str | None) -> str:
    if not online:
        return "ONSITE"
    return "HYBRID" if city else "ONLINE"
