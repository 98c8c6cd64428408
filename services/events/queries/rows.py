"""A gathering as it is answered: everything that may be shown of it, never the address of its online room."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select

from services.backbone import paging
from services.backbone.actor import Actor
from services.backbone.perform import Reader
from services.backbone.rules import refuse_unless
from services.events.queries.visibility import visible_to
from services.events.storage.neighbours import with_known_roles
from services.events.storage.tables import events

#: Columns that stay inside: the online room is for confirmed people, one hour before (see registrations.py).
INSIDE = frozenset({"event_kind", "online_url", "suggestion", "searched", "beyond_capacity"})

Row = dict[str, Any]

#: Places neither taken nor offered; null where there is no limit.
_SEATS_LEFT = case(
    (events.c.capacity.is_not(None), func.greatest(events.c.capacity - events.c.confirmed - events.c.offered, 0))
)
#: What is answered of a gathering, by its key: whoever names a few is told no others, and none is read.
PARTS: dict[str, ColumnElement[Any]] = {
    **{column.name: column for column in events.c if column.name not in INSIDE},
    "kind": events.c.event_kind.label("kind"),
    "seats_left": _SEATS_LEFT.label("seats_left"),
}


def asker(reader: Reader) -> Actor:
    """Who asks, with the roles that follow from the others' facts."""
    return with_known_roles(reader.connection, reader.actor)


def visible_events(reader: Reader, *which: ColumnElement[bool], parts: tuple[str, ...] | None = None) -> Select[Any]:
    """The rows of gatherings that the asker may see, with these parts of each."""
    return select(*parts_of(parts)).where(visible_to(asker(reader)), *which)


def every_event() -> Select[Any]:
    """The rows of all gatherings, for questions that decide themselves what is seen."""
    return select(*parts_of(None))


@lru_cache(500)
def parts_of(named: tuple[str, ...] | None) -> tuple[ColumnElement[Any], ...]:
    """The parts of these names and the id, or all when none are named; one that there is none of is refused."""
    names = list(PARTS) if named is None else list(dict.fromkeys(["id", *named]))
    for name in names:
        refuse_unless(
            name in PARTS, "VALIDATION", "event.unknown_part",
            f"A gathering has no part {name[:60]}.", field="parts", name=name[:60],
        )  # fmt: skip
    return tuple(PARTS[name] for name in names)


def rows_of(reader: Reader, query: Select[Any]) -> list[Row]:
    return paging.rows_of(reader.connection.execute(query))


def in_order(rows: Sequence[Row], wanted: Sequence[UUID], key: str = "id") -> list[Row | None]:
    """The rows in the order asked, None where there is none."""
    found = {row[key]: row for row in rows}
    return [found.get(one) for one in wanted]
