"""Projects: by id, by slug, in lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.backbone.actor import Actor
from services.backbone.paging import Listing
from services.backbone.perform import Reader
from services.incubator.queries.asked import ByIds, grouped, in_order, rows_of
from services.incubator.queries.chosen import ORDERS, ProjectFilter, ProjectOrder, chosen
from services.incubator.queries.parts import Parts, parts_of
from services.incubator.queries.visibility import visible
from services.incubator.storage.tables import needs, projects, quotations


@dataclass(frozen=True, kw_only=True)
class ProjectsByIds:
    """``parts``: of each project only these and the id (parts.py), here as wherever projects are asked for."""

    ids: list[UUID]
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectBySlug:
    slug: str
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ListProjects:
    filter: ProjectFilter = field(default_factory=ProjectFilter)
    order_by: ProjectOrder = ProjectOrder.NAME
    search: str | None = None
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


def projects_by_ids(asked: ProjectsByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Projects with their history, mentors, needs and figures, in the order asked; None for what is not seen."""
    parts = parts_of(asked.parts)
    query = select(*parts.columns).where(projects.c.id.in_(asked.ids), visible(reader.actor))
    return in_order(parts.shown(rows_of(reader, query), reader), asked.ids)


def project_by_slug(asked: ProjectBySlug, reader: Reader) -> dict[str, Any] | None:
    """One project, or None."""
    parts = parts_of(asked.parts)
    query = select(*parts.columns).where(projects.c.slug == asked.slug, visible(reader.actor))
    found = parts.shown(rows_of(reader, query), reader)
    return found[0] if found else None


def list_projects(asked: ListProjects, reader: Reader) -> dict[str, Any]:
    """A page of projects. ``search`` wants every word in the name, the pitch or the themes."""
    parts = parts_of(asked.parts)
    # What people type into a search is theirs, of any length, and seldom the same.
    listing_of = _listing if asked.search is None else _listing.__wrapped__
    listing = listing_of(asked.filter, asked.search, asked.order_by, parts, reader.actor, reader.now.date())
    return _page(listing, parts, asked, reader)


def projects_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme a page of its projects by name."""
    parts, today = parts_of(asked.parts), reader.now.date()
    themes = [ProjectFilter(theme=slug) for slug in asked.slugs]
    listings = [_listing(theme, None, ProjectOrder.NAME, parts, reader.actor, today) for theme in themes]
    return [_page(listing, parts, asked, reader) for listing in listings]


def needs_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Needs of projects that are seen, each with its ``project``."""
    query = (
        select(*needs.c)
        .join(projects, projects.c.id == needs.c.project_id)
        .where(needs.c.id.in_(asked.ids), visible(reader.actor))
    )
    rows = [{**row, "project": row["project_id"]} for row in rows_of(reader, query)]
    return in_order(rows, asked.ids)


def replies_by_positions(asked: ByIds, reader: Reader) -> list[list[dict[str, Any]]]:
    """For each position what the projects that it quotes answered: ``{project, reply, replied_at, reply_until}``."""
    query = (
        select(
            quotations.c.position,
            quotations.c.project_id.label("project"),
            quotations.c.reply,
            quotations.c.replied_at,
            quotations.c.reply_until,
        )
        .join(projects, projects.c.id == quotations.c.project_id)
        .where(quotations.c.position.in_(asked.ids), quotations.c.reply.is_not(None), visible(reader.actor))
        .order_by(quotations.c.replied_at)
    )
    replies = grouped(rows_of(reader, query), "position")
    return [replies.get(position, []) for position in asked.ids]


@lru_cache(500)
def _listing(
    wanted: ProjectFilter, search: str | None, order_by: ProjectOrder, parts: Parts, actor: Actor, today: date
) -> Listing:
    """The list of the projects that one actor sees; made once as long as the same is asked."""
    rows = select(*parts.columns).where(*chosen(wanted, search, actor, today))
    return Listing(rows, order=ORDERS[order_by], key=projects.c.id)


def _page(listing: Listing, parts: Parts, asked: ListProjects | PagesBySlugs, reader: Reader) -> dict[str, Any]:
    found = listing.page(reader, first=asked.first, after=asked.after, count=asked.count)
    return {**found, "items": parts.shown(found["items"], reader)}
