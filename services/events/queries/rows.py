"""A gathering as it is answered: everything that may be shown of it, never the address of its online room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from services.backbone.actor import Actor
from services.backbone.perform import Reader
from services.events.queries.visibility import visible_to
from services.events.storage.neighbours import with_known_roles
from services.events.storage.tables import events

#: Columns that stay inside: the online room is for confirmed people, one hour before (see registrations.py).
INSIDE = frozenset({"event_kind", "online_url", "suggestion", "searched", "beyond_capacity"})

Row = dict[str, Any]


def asker(reader: Reader) -> Actor:
    """Who asks, with the roles that follow from the others' facts."""
    return with_known_roles(reader.connection, reader.actor)


def visible_events(reader: Reader, *which: ColumnElement[bool]) -> Select[Any]:
    """The rows of gatherings that the asker may see."""
    return every_event().where(visible_to(asker(reader)), *which)


def every_event() -> Select[Any]:
    """The rows of all gatherings, for questions that decide themselves what is seen."""
    return select(
        *(column for column in events.c if column.name not in INSIDE),
        events.c.event_kind.label("kind"),
        func.greatest(events.c.capacity - events.c.confirmed - events.c.offered, 0).label("unclamped"),
    )


def shown(row: Any) -> Row:
    """A row with ``seats_left``, null where there is no limit."""
    row = dict(row)
    unclamped = row.pop("unclamped")
    return {**row, "seats_left": None if row["capacity"] is None else unclamped}


def rows_of(reader: Reader, query: Select[Any]) -> list[Row]:
    return [shown(row) for row in reader.connection.execute(query).mappings()]


def in_order(rows: Sequence[Row], wanted: Sequence[UUID], key: str = "id") -> list[Row | None]:
    """The rows in the order asked, None where there is none."""
    found = {row[key]: row for row in rows}
    return [found.get(one) for one in wanted]
