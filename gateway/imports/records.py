"""What reading a file gives: records that can be sent on, and refusals that say where and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any


class Unusable(Exception):
    """A file or an argument of which nothing can be made; the text says why."""


class Refused(Exception):
    """One record cannot be taken; the text says why. The others go on."""


@dataclass(frozen=True)
class Record:
    """One record: where it stands in its file, what it is called, its fields, and remarks on how it was read.

    ``size`` is about how many bytes it takes on the wire; ``themes`` are the labels of those it names, by slug;
    ``again`` tells that an earlier record of the file names the same thing.
    """

    where: str
    data: dict[str, Any]
    size: int = 0
    name: str = ""
    notes: tuple[str, ...] = ()
    themes: dict[str, str] = field(default_factory=dict)
    again: bool = False


@dataclass(frozen=True)
class Refusal:
    """A place in a file of which nothing can be made, and why."""

    where: str
    reason: str
    name: str = ""


Item = Record | Refusal


def each_read(items: Iterable[Item], read: Callable[[Record], Record]) -> Iterator[Item]:
    """The items with every record read further; one that ``read`` refuses becomes a refusal in its place."""
    for item in items:
        if isinstance(item, Refusal):
            yield item
            continue
        try:
            yield read(item)
        except Refused as refused:
            yield Refusal(item.where, str(refused), _name_in(item.data))


def once_each(items: Iterable[Item], key: str) -> Iterator[Item]:
    """The items, where a record whose ``key`` an earlier one has is refused."""
    places: dict[str, str] = {}
    for item in items:
        if isinstance(item, Record):
            earlier = places.setdefault(item.data[key], item.where)
            if earlier != item.where:
                yield Refusal(item.where, f"{earlier} has the {key} {item.data[key]} already", item.name)
                continue
        yield item


def rewritten(
    record: Record, data: dict[str, Any], name: str, notes: Iterable[str] = (), themes: dict[str, str] | None = None
) -> Record:
    """The record with its fields read: other data, its name, more remarks, its themes."""
    return replace(record, data=data, name=name, notes=(*record.notes, *notes), themes=themes or {})


def text_of(data: dict[str, Any], *names: str) -> str | None:
    """The first of these fields that holds text, without blanks around it; None when none does."""
    for name in names:
        value = data.get(name)
        if value is not None and not isinstance(value, str):
            raise Refused(f"{name} is not a text")
        if value and value.strip():
            return str(value.strip())
    return None


def required_text(data: dict[str, Any], *names: str) -> str:
    """The same, where there has to be one."""
    value = text_of(data, *names)
    if value is None:
        raise Refused(f"{names[0]} is missing")
    return value


def texts_of(data: dict[str, Any], name: str) -> list[str]:
    """A list of texts, or one text whose parts are separated by ``;`` or ``|`` (as in CSV)."""
    value = data.get(name)
    if value is None:
        return []
    if isinstance(value, str):
        value = value.replace("|", ";").split(";")
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Refused(f"{name} is not a list of texts")
    return [each.strip() for each in value if each.strip()]


def day_of(data: dict[str, Any], name: str, where: str = "") -> date | None:
    """A date like 2026-03-31, or None when there is none."""
    value = text_of(data, name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refused(f"{where or name} {value[:40]!r} is not a date like 2026-03-31") from None


def web_address_of(data: dict[str, Any], *names: str) -> tuple[str | None, list[str]]:
    """An http(s) address; anything else is left out with a remark."""
    value = text_of(data, *names)
    if value is None or value.lower().startswith(("https://", "http://")):
        return value, []
    return None, [f"left out the {names[0]} {value[:80]!r}: it does not start with https:// or http://"]


def _name_in(data: dict[str, Any]) -> str:
    for name in ("slug", "name", "title"):
        if isinstance(data.get(name), str):
            return str(data[name])[:80]
    return ""
