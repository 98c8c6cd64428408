"""Incubators and their calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, func, select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.incubator.domain.stage_model import stage_model_data
from services.incubator.queries.asked import ByIds, BySlug, in_order, rows_of
from services.incubator.queries.visibility import visible
from services.incubator.storage.tables import calls, incubators, projects

_incubator = select(
    incubators.c.id,
    incubators.c.slug,
    incubators.c.name,
    incubators.c.summary,
    incubators.c.website,
    incubators.c.stage_model,
    incubators.c.version,
)


@dataclass(frozen=True, kw_only=True)
class ListIncubators:
    first: int | None = None
    after: str | None = None
    count: bool = True


@dataclass(frozen=True, kw_only=True)
class ListCalls:
    """``incubator``: a slug; ``is_open``: only those that take applications now, or only the others."""

    incubator: str | None = None
    is_open: bool | None = None
    first: int | None = None
    after: str | None = None
    count: bool = True


def incubators_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Incubators with their stages in order."""
    return in_order(_shown(rows_of(reader, _incubator.where(incubators.c.id.in_(asked.ids)))), asked.ids)


def incubator_by_slug(asked: BySlug, reader: Reader) -> dict[str, Any] | None:
    found = _shown(rows_of(reader, _incubator.where(incubators.c.slug == asked.slug)))
    return found[0] if found else None


def list_incubators(asked: ListIncubators, reader: Reader) -> dict[str, Any]:
    """A page of incubators by name."""
    order = [(func.plain(incubators.c.name, type_=Text), "asc")]
    found = page(
        reader, _incubator, order=order, key=incubators.c.id, first=asked.first, after=asked.after, count=asked.count
    )
    return {**found, "items": _shown(found["items"])}


def project_counts_by_incubator_ids(asked: ByIds, reader: Reader) -> list[int]:
    """How many of each incubator's projects the asker sees."""
    query = (
        select(projects.c.incubator_id, func.count().label("projects"))
        .where(projects.c.incubator_id.in_(asked.ids), visible(reader.actor))
        .group_by(projects.c.incubator_id)
    )
    counted = {row["incubator_id"]: row["projects"] for row in rows_of(reader, query)}
    return [counted.get(identity, 0) for identity in asked.ids]


def calls_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Calls with their questions."""
    rows = rows_of(reader, select(calls).where(calls.c.id.in_(asked.ids)))
    return in_order([_call(row, reader) for row in rows], asked.ids)


def list_calls(asked: ListCalls, reader: Reader) -> dict[str, Any]:
    """A page of calls, the ones that close last first."""
    rows = select(calls)
    if asked.incubator is not None:
        wanted = select(incubators.c.id).where(incubators.c.slug == asked.incubator).scalar_subquery()
        rows = rows.where(calls.c.incubator_id == wanted)
    if asked.is_open is not None:
        is_open = (calls.c.opens_at <= reader.now) & (calls.c.closes_at > reader.now)
        rows = rows.where(is_open if asked.is_open else ~is_open)
    order = [(calls.c.closes_at, "desc")]
    found = page(reader, rows, order=order, key=calls.c.id, first=asked.first, after=asked.after, count=asked.count)
    return {**found, "items": [_call(row, reader) for row in found["items"]]}


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "stage_model": stage_model_data(row["stage_model"])} for row in rows]


def _call(row: dict[str, Any], reader: Reader) -> dict[str, Any]:
    return {
        **row,
        "incubator": row.pop("incubator_id"),
        "is_open": row["opens_at"] <= reader.now < row["closes_at"],
    }
