"""The shapes of questions that several lists share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.backbone.rules import Transition

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ByIds:
    ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class BySlug:
    slug: str


@dataclass(frozen=True, kw_only=True)
class PagesByIds:
    """One page for each of these things."""

    ids: list[UUID]
    first: int | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class PagesBySlugs:
    """One page for each of these slugs."""

    slugs: list[str]
    first: int | None = None
    after: str | None = None


def in_order(rows: Iterable[Row], ids: list[UUID]) -> list[Row | None]:
    """The rows in the order asked, None where there is none."""
    found = {row["id"]: row for row in rows}
    return [found.get(identity) for identity in ids]


def page_of_things(
    reader: Reader,
    ids: Select[Any],
    rows_of: Callable[[list[UUID]], list[Row]],
    *,
    order: list[tuple[ColumnElement[Any], str]],
    key: ColumnElement[Any],
    first: int | None,
    after: str | None,
    count: bool = True,
) -> dict[str, Any]:
    """A page of ids, filled with the rows of ``rows_of``."""
    found = page(reader, ids, order=order, key=key, first=first, after=after, count=count)
    wanted = [item["id"] for item in found["items"]]
    return {**found, "items": [row for row in in_order(rows_of(wanted), wanted) if row is not None]}


def things(reader: Reader) -> Session:
    """The domain's things on the reader's connection: looked at, never stored."""
    return Session(reader.connection, autoflush=False)


def plain_transitions(transitions: list[Transition]) -> list[Row]:
    """Transitions as they cross the wire."""
    return [{"to": one.to, "blocked_by": [asdict(blocker) for blocker in one.blocked_by]} for one in transitions]
