"""Questions about coalitions and their members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from services.backbone.history import histories_of
from services.backbone.paging import rows_of
from services.backbone.perform import Reader
from services.backbone.rules import refuse_unless
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.membership import Membership
from services.coalitions.queries.asked import (
    ByIds,
    Row,
    in_order,
    page_of_things,
    plain_transitions,
    things,
)
from services.coalitions.queries.sight import Sight, sight_of
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.tables import coalitions, memberships


@dataclass(frozen=True, kw_only=True)
class CoalitionFilter:
    theme: str | None = None
    state: list[str] | None = None


@dataclass(frozen=True, kw_only=True)
class ListCoalitions:
    filter: CoalitionFilter = CoalitionFilter()
    search: str | None = None
    first: int | None = None
    after: str | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CoalitionsByIds:
    """``parts``: of each coalition only these and the id (PARTS below), here as wherever coalitions are asked for."""

    ids: list[UUID]
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CoalitionBySlug:
    slug: str
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class CoalitionsByThemes:
    """A page for each theme; ``count``: whether it says how many there are in all."""

    slugs: list[str]
    first: int | None = None
    after: str | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


def coalitions_by_ids(asked: CoalitionsByIds, reader: Reader) -> list[Row | None]:
    """Coalitions in the order asked, None for none and for what is hidden."""
    return in_order(_rows(asked.ids, asked.parts, reader, sight_of(reader)), asked.ids)


def coalition_by_slug(asked: CoalitionBySlug, reader: Reader) -> Row | None:
    """One coalition, or None."""
    identity = reader.connection.scalar(select(coalitions.c.id).where(coalitions.c.slug == asked.slug))
    if identity is None:
        return None
    return coalitions_by_ids(CoalitionsByIds(ids=[identity], parts=asked.parts), reader)[0]


def list_coalitions(asked: ListCoalitions, reader: Reader) -> dict[str, Any]:
    """A page of coalitions by name."""
    return _page(asked, reader, sight_of(reader))


def coalitions_by_themes(asked: CoalitionsByThemes, reader: Reader) -> list[dict[str, Any]]:
    """For each theme, a page of the coalitions on it."""
    sight = sight_of(reader)
    page = ListCoalitions(first=asked.first, after=asked.after, count=asked.count, parts=asked.parts)
    return [_page(replace(page, filter=CoalitionFilter(theme=theme)), reader, sight) for theme in asked.slugs]


def memberships_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Memberships in the order asked, as far as their coalition shows them."""
    found = select(memberships.c.coalition).where(memberships.c.id.in_(asked.ids))
    held = list(dict.fromkeys(reader.connection.scalars(found)))
    rows = _rows(held, ("memberships",), reader, sight_of(reader))
    return in_order((membership for row in rows for membership in row["memberships"]), asked.ids)


def _page(asked: ListCoalitions, reader: Reader, sight: Sight) -> dict[str, Any]:
    ids = select(coalitions.c.id).where(sight.coalitions())
    if asked.filter.theme:
        ids = ids.where(coalitions.c.themes.contains([asked.filter.theme]))
    if asked.filter.state:
        ids = ids.where(coalitions.c.state.in_(asked.filter.state))
    if asked.search:
        words = func.plain(asked.search)
        ids = ids.where(
            or_(
                func.strpos(func.plain(coalitions.c.name), words) > 0,
                func.strpos(func.plain(coalitions.c.call), words) > 0,
            )
        )
    return page_of_things(
        reader,
        ids,
        lambda wanted: _rows(wanted, asked.parts, reader, sight),
        order=[(coalitions.c.name, "asc")],
        key=coalitions.c.id,
        first=asked.first,
        after=asked.after,
        count=asked.count,
    )


@dataclass(frozen=True)
class _Seen:
    """A coalition as the domain has it, with its history where that is asked for, and who looks at it."""

    coalition: Coalition
    history: list[Row]
    reader: Reader
    sight: Sight


def _memberships(one: _Seen) -> list[Row]:
    inside, own = one.sight.is_inside(one.coalition.id), one.sight.administered
    held = sorted(one.coalition.memberships, key=lambda membership: membership.since)
    return [_membership(of) for of in held if inside or of.is_inside or of.organisation in own]


#: What is a column of a coalition's own: neither the domain nor another table is needed for it.
COLUMNS: dict[str, ColumnElement[Any]] = {
    str(column.name): column for column in coalitions.c if column is not coalitions.c.decisions
}
#: What the domain, or another table, says of it.
MADE: dict[str, Callable[[_Seen], Any]] = {
    "members": lambda one: len(one.coalition.deciding),
    "memberships": _memberships,
    "history": lambda one: one.history,
    "allowed_transitions": lambda one: plain_transitions(
        one.coalition.allowed_transitions(one.reader.now, one.reader.actor)
    ),
}
PARTS = (*COLUMNS, *MADE)


def _rows(ids: list[UUID], parts: tuple[str, ...] | None, reader: Reader, sight: Sight) -> list[Row]:
    names = PARTS if parts is None else tuple(dict.fromkeys(["id", *parts]))
    for name in names:
        refuse_unless(
            name in PARTS, "VALIDATION", "coalition.unknown_part",
            f"A coalition has no part {name[:60]}.", field="parts", name=name[:60],
        )  # fmt: skip
    seen = (coalitions.c.id.in_(ids), sight.coalitions())
    if MADE.keys().isdisjoint(names):
        return rows_of(reader.connection.execute(select(*(COLUMNS[name] for name in names)).where(*seen)))
    with things(reader) as session:
        found = session.scalars(select(Coalition).where(*seen)).all()
        told = histories_of(reader.connection, [one.subject for one in found]) if "history" in names else {}
        return [_row(_Seen(one, told.get(one.subject, []), reader, sight), names) for one in found]


def _row(one: _Seen, names: tuple[str, ...]) -> Row:
    return {name: MADE[name](one) if name in MADE else getattr(one.coalition, name) for name in names}


def _membership(membership: Membership) -> Row:
    return {
        "id": membership.id,
        "coalition": membership.coalition,
        "organisation": membership.organisation,
        "category": membership.category,
        "weight": membership.weight,
        "state": membership.state,
        "since": membership.since,
        "invited_until": membership.invited_until,
        "accepted_charter": membership.accepted_charter,
        "accept_until": membership.accept_until,
    }
