"""Gatherings: by id, by slug, in lists, of a theme, a project or a coalition, with what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Float, case, cast, func, literal_column, or_, select
from sqlalchemy.orm import Session

from services.backbone.actor import Actor
from services.backbone.history import histories_of
from services.backbone.paging import Listing
from services.backbone.perform import Reader
from services.events.domain.event import Event
from services.events.domain.vocabulary import EventKind, EventState
from services.events.queries.rows import Row, asker, in_order, parts_of, rows_of, visible_events
from services.events.queries.visibility import visible_to
from services.events.storage import mapping as mapping
from services.events.storage.tables import events, known_coalitions, known_projects


class EventOrder(StrEnum):
    STARTS_AT_ASC = "STARTS_AT_ASC"
    STARTS_AT_DESC = "STARTS_AT_DESC"
    RECENT = "RECENT"


ORDERS: dict[EventOrder, list[tuple[ColumnElement[Any], str]]] = {
    EventOrder.STARTS_AT_ASC: [(events.c.starts_at, "asc")],
    EventOrder.STARTS_AT_DESC: [(events.c.starts_at, "desc")],
    EventOrder.RECENT: [(events.c.created_at, "desc")],
}
LATEST = EventOrder.STARTS_AT_DESC


@dataclass(frozen=True, kw_only=True)
class ByIds:
    ids: list[UUID]


@dataclass(frozen=True, kw_only=True)
class EventsByIds:
    """``parts``: of each gathering only these and the id (rows.py), here as wherever gatherings are asked for."""

    ids: list[UUID]
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class EventBySlug:
    slug: str
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Near:
    """Around a point in degrees, as the crow flies."""

    latitude: float
    longitude: float
    kilometres: float


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """``project`` and ``coalition`` are slugs or ids; a gathering is found that keeps all conditions given."""

    kind: tuple[EventKind, ...] | None = None
    theme: str | None = None
    city: str | None = None
    country: str | None = None
    language: str | None = None
    starts_after: datetime | None = None
    starts_before: datetime | None = None
    places_left: bool | None = None
    project: str | None = None
    coalition: str | None = None
    state: tuple[EventState, ...] | None = None
    waits_for_organiser: bool | None = None
    near: Near | None = None


@dataclass(frozen=True, kw_only=True)
class ListEvents:
    filter: EventFilter = field(default_factory=EventFilter)
    order_by: EventOrder = LATEST
    search: str | None = None
    first: int | None = None
    after: str | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PagesByIds:
    """``count``: whether each page says how many there are in all, here as in every question for a page."""

    ids: list[UUID]
    first: int | None = None
    after: str | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class PagesBySlugs:
    slugs: list[str]
    first: int | None = None
    after: str | None = None
    count: bool = True
    parts: tuple[str, ...] | None = None


def events_by_ids(asked: EventsByIds, reader: Reader) -> list[Row | None]:
    """Gatherings in the order asked, None where there is none to be seen."""
    return in_order(rows_of(reader, visible_events(reader, events.c.id.in_(asked.ids), parts=asked.parts)), asked.ids)


def event_by_slug(asked: EventBySlug, reader: Reader) -> Row | None:
    rows = rows_of(reader, visible_events(reader, events.c.slug == asked.slug, parts=asked.parts))
    return rows[0] if rows else None


def drafts_by_needs(asked: ByIds, reader: Reader) -> list[Row | None]:
    """The gathering that each need led to, whatever became of it, None where there is none to be seen."""
    return in_order(rows_of(reader, visible_events(reader, events.c.need.in_(asked.ids))), asked.ids, "need")


def list_events(asked: ListEvents, reader: Reader) -> dict[str, Any]:
    """A page of gatherings."""
    # What people type into a search is theirs, of any length, and seldom the same.
    listing_of = _listing if asked.search is None else _listing.__wrapped__
    return _page(listing_of(asked.filter, asked.search, asked.order_by, asked.parts, asker(reader)), asked, reader)


def events_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """A page of each theme's gatherings, the latest first, in the order of the themes."""
    actor = asker(reader)
    listings = [_listing(EventFilter(theme=slug), None, LATEST, asked.parts, actor) for slug in asked.slugs]
    return [_page(listing, asked, reader) for listing in listings]


def events_by_projects(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """A page of each project's gatherings, the latest first, in the order of the projects."""
    return _pages_of(asked, reader, events.c.project, [EventFilter(project=str(one)) for one in asked.ids])


def events_by_coalitions(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """A page of each coalition's gatherings, the latest first, in the order of the coalitions."""
    return _pages_of(asked, reader, events.c.coalition, [EventFilter(coalition=str(one)) for one in asked.ids])


def event_counts_by_projects(asked: ByIds, reader: Reader) -> list[int]:
    """How many gatherings each project has, as the asker may see them."""
    counts = _counts(reader, events.c.project, asked.ids)
    return [counts.get(one, 0) for one in asked.ids]


def event_counts_by_coalitions(asked: ByIds, reader: Reader) -> list[int]:
    """How many gatherings each coalition has, as the asker may see them."""
    counts = _counts(reader, events.c.coalition, asked.ids)
    return [counts.get(one, 0) for one in asked.ids]


def allowed_transitions_by_ids(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]]]:
    """``[{to, allowed, blocked_by}]`` of each, by the guards of the commands; empty where none is to be seen."""
    actor = asker(reader)
    with Session(reader.connection) as session:
        found = session.scalars(select(Event).where(events.c.id.in_(asked.ids), visible_to(actor))).all()
        transitions = {event.id: event.allowed_transitions(now=reader.now, actor=actor) for event in found}
    return [
        [{"to": one.to, "allowed": one.allowed, "blocked_by": one.blocked_by} for one in transitions.get(identity, ())]
        for identity in asked.ids
    ]


def event_histories_by_ids(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]]]:
    """What became of each gathering, oldest first; empty where none is to be seen."""
    seen = reader.connection.scalars(
        select(events.c.id).where(events.c.id.in_(asked.ids), visible_to(asker(reader)))
    ).all()
    histories = histories_of(reader.connection, [f"event/{identity}" for identity in seen])
    return [histories.get(f"event/{identity}", []) for identity in asked.ids]


@lru_cache(500)
def _listing(
    wanted: EventFilter, search: str | None, order_by: EventOrder, parts: tuple[str, ...] | None, actor: Actor
) -> Listing:
    """The list of the gatherings that one actor sees; made once as long as the same is asked."""
    conditions = [*_conditions(wanted), *(_mentions(word) for word in (search or "").split())]
    rows = select(*parts_of(parts)).where(visible_to(actor), *conditions)
    return Listing(rows, order=ORDERS[order_by], key=events.c.id)


def _page(listing: Listing, asked: ListEvents | PagesByIds | PagesBySlugs, reader: Reader) -> dict[str, Any]:
    return listing.page(reader, first=asked.first, after=asked.after, count=asked.count)


def _pages_of(
    asked: PagesByIds, reader: Reader, column: ColumnElement[Any], filters: list[EventFilter]
) -> list[dict[str, Any]]:
    """The pages of those things that have any, which are counted all at once."""
    actor, counts, uncounted = asker(reader), _counts(reader, column, asked.ids), replace(asked, count=False)
    pages = []
    for one, wanted in zip(asked.ids, filters, strict=True):
        found: dict[str, Any] = {"items": [], "cursors": [], "has_next": False}
        if one in counts:
            found = _page(_listing(wanted, None, LATEST, asked.parts, actor), uncounted, reader)
        pages.append({**found, "total": counts.get(one, 0) if asked.count else None})
    return pages


def _counts(reader: Reader, column: ColumnElement[Any], ids: list[UUID]) -> dict[UUID, int]:
    query = select(column, func.count()).where(column.in_(ids), visible_to(asker(reader))).group_by(column)
    return {row[0]: row[1] for row in reader.connection.execute(query)}


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool] | None] = [
        events.c.event_kind.in_(wanted.kind) if wanted.kind else None,
        events.c.state.in_(wanted.state) if wanted.state else None,
        events.c.themes.contains([wanted.theme]) if wanted.theme else None,
        events.c.languages.contains([wanted.language.lower()]) if wanted.language else None,
        _in_place("city", wanted.city) if wanted.city else None,
        _in_place("country", wanted.country) if wanted.country else None,
        _kilometres_from(wanted.near) <= wanted.near.kilometres if wanted.near else None,
        events.c.starts_at > wanted.starts_after if wanted.starts_after else None,
        events.c.starts_at < wanted.starts_before if wanted.starts_before else None,
        _has_places() if wanted.places_left is True else None,
        ~_has_places() if wanted.places_left is False else None,
        _named(events.c.project, known_projects, wanted.project) if wanted.project else None,
        _named(events.c.coalition, known_coalitions, wanted.coalition) if wanted.coalition else None,
        (func.cardinality(events.c.organisers) == 0) & (events.c.state == EventState.DRAFT)
        if wanted.waits_for_organiser
        else None,
    ]
    return [condition for condition in conditions if condition is not None]


def _in_place(part: str, name: str) -> ColumnElement[bool]:
    return func.plain(literal_column(f"place ->> '{part}'")) == func.plain(name)


def _kilometres_from(point: Near) -> ColumnElement[float]:
    """The way over a round earth of 6,371 km (haversine); null where a place has no coordinates."""
    north = func.radians(cast(literal_column("place ->> 'latitude'"), Float))
    east = func.radians(cast(literal_column("place ->> 'longitude'"), Float))
    there, across = func.radians(point.latitude), func.radians(point.longitude)
    along = func.power(func.sin((north - there) / 2), 2)
    half = along + func.cos(north) * func.cos(there) * func.power(func.sin((east - across) / 2), 2)
    # Not least(): it passes over a missing value, and who has no coordinates would be at the other end of the earth.
    way: ColumnElement[float] = 2 * 6371 * func.asin(func.sqrt(case((half > 1, 1.0), else_=half)))
    return way


def _has_places() -> ColumnElement[bool]:
    free = events.c.capacity - events.c.confirmed - events.c.offered
    return (events.c.state == EventState.PUBLISHED) & or_(events.c.capacity.is_(None), free > 0)


def _named(column: ColumnElement[Any], known: Any, name: str) -> ColumnElement[bool]:
    try:
        return column == UUID(name)
    except ValueError:
        return column.in_(select(known.c.id).where(known.c.slug == name))


def _mentions(word: str) -> ColumnElement[bool]:
    literally = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return events.c.searched.contains(func.plain(literally))
