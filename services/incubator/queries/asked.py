"""The forms of questions that several queries share, and answers in the order asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Executable

from services.backbone import paging
from services.backbone.perform import Reader


@dataclass(frozen=True, kw_only=True)
class ByIds:
    ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class PagesByIds:
    """``count``: whether each page says how many there are in all, here as in every question for a page."""

    ids: list[UUID]
    first: int | None = None
    after: str | None = None
    count: bool = True


@dataclass(frozen=True, kw_only=True)
class BySlug:
    slug: str


def rows_of(reader: Reader, query: Executable) -> list[dict[str, Any]]:
    return paging.rows_of(reader.connection.execute(query))


def in_order(rows: Iterable[dict[str, Any]], wanted: Sequence[Any], key: str = "id") -> list[dict[str, Any] | None]:
    """The row of each wanted key, None where there is none (or none to see)."""
    found = {row[key]: row for row in rows}
    return [found.get(one) for one in wanted]


def grouped(rows: Iterable[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    """The rows by the value of one column, which is left out of them."""
    groups: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row.pop(key), []).append(row)
    return groups
