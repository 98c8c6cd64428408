"""Pages that stay right while rows are added: a cursor holds the sort values of the row it stands at."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, and_, func, literal, or_, select, tuple_

from services.backbone.perform import Reader
from services.backbone.rules import BrokenRule
from services.backbone.wire import Unreadable, decode, encode, shape

FIRST = 20
MOST = 100

Order = Sequence[tuple[ColumnElement[Any], str]]


def page(
    reader: Reader,
    rows: Select[Any],
    *,
    order: Order,
    key: ColumnElement[Any],
    first: int | None = None,
    after: str | None = None,
    count: bool = True,
) -> dict[str, Any]:
    """One page of a select: ``{"items", "cursors", "has_next", "total"}``.

    ``order`` is a list of (column, "asc" | "desc") without nulls; ``key`` (the id) settles ties in the direction of
    the last column. More than 100 rows are refused with PAGE_TOO_LARGE, less than one with VALIDATION, as is a cursor
    that this order did not make. Without ``count`` the total is null: to count is to look at every row.
    """
    size = _size(first)
    directions = [*order, (key, order[-1][1] if order else "asc")]
    columns = [column for column, _ in directions]
    named = [column.label(f"_sort_{number}") for number, column in enumerate(columns)]
    narrowed = rows.add_columns(*named)
    if after is not None:
        narrowed = narrowed.where(_beyond(directions, _values(after, columns)))
    ordered = narrowed.order_by(
        *(column.desc() if way == "desc" else column.asc() for column, way in directions)
    ).limit(size + 1)
    found = rows_of(reader.connection.execute(ordered))
    total = _count(reader, rows) if count else None
    shown = found[:size]
    cursors = [_cursor([row.pop(f"_sort_{number}") for number in range(len(columns))]) for row in shown]
    return {"items": shown, "cursors": cursors, "has_next": len(found) > size, "total": total}


def rows_of(result: CursorResult[Any]) -> list[dict[str, Any]]:
    """All rows of a result by the names of its columns."""
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


def _count(reader: Reader, rows: Select[Any]) -> int:
    return reader.connection.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def _size(first: int | None) -> int:
    size = FIRST if first is None else first
    if size > MOST:
        raise BrokenRule(
            "PAGE_TOO_LARGE",
            "page.too_large",
            f"A page holds {MOST} things at most; ask for fewer and follow the cursor.",
            field="first",
            values={"most": MOST},
        )
    if size < 1:
        raise BrokenRule("VALIDATION", "page.too_small", "A page holds one thing at least.", field="first")
    return size


def _cursor(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(encode(values)).decode().rstrip("=")


def _values(cursor: str, columns: list[ColumnElement[Any]]) -> list[Any]:
    try:
        values: list[Any] = shape(decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))), list[Any])
        if len(values) != len(columns):
            raise Unreadable("not of this order")
        return [_typed(value, column) for value, column in zip(values, columns, strict=True)]
    except (Unreadable, binascii.Error, ValueError, TypeError):
        raise BrokenRule(
            "VALIDATION",
            "page.bad_cursor",
            "This cursor was not made by this list in this order; begin again without it.",
            field="after",
        ) from None


def _typed(value: Any, column: ColumnElement[Any]) -> Any:
    wanted = column.type.python_type
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if wanted is date:
        return date.fromisoformat(value)
    if wanted is UUID:
        return UUID(value)
    if wanted is Decimal:
        return Decimal(str(value))
    if wanted is float and isinstance(value, int):
        return float(value)
    if not isinstance(value, wanted) or isinstance(value, bool) is not (wanted is bool):
        raise Unreadable("not of this type")
    return value


def _beyond(directions: list[tuple[ColumnElement[Any], str]], values: list[Any]) -> ColumnElement[bool]:
    """What comes after these values: where all columns go one way as a comparison of rows, where an index begins."""
    bounds = [literal(value, column.type) for (column, _), value in zip(directions, values, strict=True)]
    columns = [column for column, _ in directions]
    if len({way for _, way in directions}) == 1:
        here, there = tuple_(*columns), tuple_(*bounds)
        return here < there if directions[0][1] == "desc" else here > there
    ways = []
    for depth, ((column, way), bound) in enumerate(zip(directions, bounds, strict=True)):
        same = [earlier == known for earlier, known in zip(columns[:depth], bounds[:depth], strict=True)]
        ways.append(and_(*same, column < bound if way == "desc" else column > bound))
    return or_(*ways)
