"""Pages that stay right while rows are added: a cursor holds the sort values of the row it stands at."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from services.backbone.perform import Reader
from services.backbone.rules import BrokenRule
from services.backbone.wire import Unreadable, decode, encode, shape

FIRST = 20
MOST = 100

Order = Sequence[tuple[ColumnElement[Any], str]]


class Listing:
    """A select in an order, read page by page. It may be kept: its statements are made once for many readers.

    ``order`` is a list of (column, "asc" | "desc") without nulls; ``key`` (the id) settles ties in the direction of the
    last column.
    """

    def __init__(self, rows: Select[Any], *, order: Order, key: ColumnElement[Any]) -> None:
        self._rows = rows
        self._directions = [*order, (key, order[-1][1] if order else "asc")]
        self._columns = [column for column, _ in self._directions]
        self._made: dict[tuple[int, bool, bool], Select[Any]] = {}

    def page(
        self, reader: Reader, *, first: int | None = None, after: str | None = None, count: bool = True
    ) -> dict[str, Any]:
        """One page: ``{"items", "cursors", "has_next", "total"}``.

        More than 100 rows are refused with PAGE_TOO_LARGE, less than one with VALIDATION, as is a cursor that this
        order did not make. Without ``count`` the total is null: to count is to look at every row.
        """
        size = _size(first)
        values = {} if after is None else _named(_values(after, self._columns))
        result = reader.connection.execute(self._statement(size, after is not None, count), values)
        names = list(result.keys())
        found = result.all()
        sort = len(names) - count - len(self._columns)
        end = len(names) - count
        return {
            "items": [dict(zip(names[:sort], row, strict=False)) for row in found[:size]],
            "cursors": [_cursor(row[sort:end]) for row in found[:size]],
            "has_next": len(found) > size,
            "total": self._total(reader, found, after) if count else None,
        }

    def _statement(self, size: int, goes_on: bool, count: bool) -> Select[Any]:
        made = self._made.get((size, goes_on, count))
        if made is None:
            made = self._made[size, goes_on, count] = self._make(size, goes_on, count)
        return made

    def _make(self, size: int, goes_on: bool, count: bool) -> Select[Any]:
        """The rows, then what they are sorted by, then how many there are in all, the same in every row.

        The size is written out: of a parameter the planner knows nothing, and would plan anew each time.
        """
        rows = self._rows.add_columns(*(column.label(f"_sort_{n}") for n, column in enumerate(self._columns)))
        if count:
            rows = rows.add_columns(self._counted().scalar_subquery().label("_total"))
        if goes_on:
            rows = rows.where(_beyond(self._directions))
        ordered = rows.order_by(*(column.desc() if way == "desc" else column.asc() for column, way in self._directions))
        return ordered.limit(literal_column(str(size + 1), Integer))

    def _counted(self) -> Select[int]:
        return select(func.count()).select_from(self._rows.order_by(None).subquery())

    def _total(self, reader: Reader, found: Sequence[Row[Any]], after: str | None) -> int:
        if found:
            return int(found[0][-1])
        return 0 if after is None else reader.connection.scalar(self._counted()) or 0


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
    """One page of a select that is made for this question alone; see Listing."""
    return Listing(rows, order=order, key=key).page(reader, first=first, after=after, count=count)


def rows_of(result: CursorResult[Any]) -> list[dict[str, Any]]:
    """All rows of a result by the names of its columns."""
    names = list(result.keys())
    return [dict(zip(names, row, strict=True)) for row in result.all()]


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


def _cursor(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(encode(values)).decode().rstrip("=")


def _named(values: list[Any]) -> dict[str, Any]:
    return {f"_after_{number}": value for number, value in enumerate(values)}


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


def _beyond(directions: list[tuple[ColumnElement[Any], str]]) -> ColumnElement[bool]:
    """What comes after the values that ``_named`` names: where all columns go one way as a comparison of rows, where
    an index begins."""
    bounds = [bindparam(f"_after_{number}", type_=column.type) for number, (column, _) in enumerate(directions)]
    columns = [column for column, _ in directions]
    if len({way for _, way in directions}) == 1:
        here, there = tuple_(*columns), tuple_(*bounds)
        return here < there if directions[0][1] == "desc" else here > there
    ways = []
    for depth, ((column, way), bound) in enumerate(zip(directions, bounds, strict=True)):
        same = [earlier == known for earlier, known in zip(columns[:depth], bounds[:depth], strict=True)]
        ways.append(and_(*same, column < bound if way == "desc" else column > bound))
    return or_(*ways)
