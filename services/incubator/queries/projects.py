"""Projects: by id, by slug, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.incubator.domain.states import EXITED, ChangeState, Lifecycle, MentorState
from services.incubator.queries.asked import ByIds, BySlug, grouped, in_order, rows_of
from services.incubator.queries.chosen import ORDERS, ProjectFilter, ProjectOrder, chosen
from services.incubator.queries.visibility import is_insider, visible
from services.incubator.storage.tables import (
    changes,
    exits,
    mentors,
    metrics,
    milestones,
    needs,
    projects,
    quotations,
    stays,
    updates,
)

#: What a project shows of itself as it stands in its row.
_SHOWN = (
    *("id", "slug", "name", "pitch", "description", "website", "repository", "incubator_id", "themes", "city"),
    *("country", "founded_on", "founders", "visibility", "lifecycle", "stage", "stage_since", "stalls_on"),
    *("paused_until", "ended_on", "stop_reason", "lesson", "lesson_shareable", "quoted_in", "created_at", "version"),
    *("admitted_on", "update_due_on"),
)


@dataclass(frozen=True, kw_only=True)
class ListProjects:
    filter: ProjectFilter = field(default_factory=ProjectFilter)
    order_by: ProjectOrder = ProjectOrder.NAME
    search: str | None = None
    first: int | None = None
    after: str | None = None
    count: bool = True


@dataclass(frozen=True, kw_only=True)
class PagesBySlugs:
    slugs: list[str]
    first: int | None = None
    after: str | None = None
    count: bool = True


def projects_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Whole projects with their history, mentors, needs and figures, in the order asked; None for what is not seen."""
    return in_order(shown_projects(reader, asked.ids), asked.ids)


def project_by_slug(asked: BySlug, reader: Reader) -> dict[str, Any] | None:
    """One whole project, or None."""
    identity = reader.connection.scalar(select(projects.c.id).where(projects.c.slug == asked.slug))
    found = shown_projects(reader, [identity]) if identity else []
    return found[0] if found else None


def list_projects(asked: ListProjects, reader: Reader) -> dict[str, Any]:
    """A page of whole projects. ``search`` wants every word in the name, the pitch or the themes."""
    rows = select(projects.c.id).where(*chosen(asked.filter, asked.search, reader))
    return _page(rows, asked.order_by, asked, reader)


def projects_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme a page of its projects by name."""
    return [
        _page(
            select(projects.c.id).where(visible(reader.actor), projects.c.themes.contains([slug])),
            ProjectOrder.NAME,
            asked,
            reader,
        )
        for slug in asked.slugs
    ]


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


def shown_projects(reader: Reader, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The projects among these that the actor sees, in any order, each as the Project type shows it."""
    query = select(*(projects.c[name] for name in _SHOWN)).where(projects.c.id.in_(ids), visible(reader.actor))
    rows = rows_of(reader, query)
    seen = [row["id"] for row in rows]
    parts = {
        "history": _parts(reader, stays, seen, stays.c.seq),
        "exits": _parts(reader, exits, seen, exits.c.seq),
        "mentors": _parts(reader, mentors, seen, mentors.c.id),
        "needs": _parts(reader, needs, seen, needs.c.id),
        "metrics": _parts(reader, metrics, seen, metrics.c.id),
        "milestones": _parts(reader, milestones, seen, milestones.c.due_on),
        "updates": _parts(reader, updates, seen, updates.c.id.desc()),
        "quotations": _parts(reader, quotations, seen, quotations.c.id),
        "proposed": _parts(reader, changes, seen, changes.c.id, changes.c.state == ChangeState.PROPOSED),
    }
    return [_shown(row, reader, {name: found.get(row["id"], []) for name, found in parts.items()}) for row in rows]


def _shown(row: dict[str, Any], reader: Reader, parts: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    today = reader.now.date()
    confirmed = [mentor for mentor in parts["mentors"] if mentor["state"] is MentorState.CONFIRMED]
    insider = is_insider(row, [mentor["mentor"] for mentor in confirmed], reader.actor)
    stalls_on, lifecycle = row.pop("stalls_on"), row["lifecycle"]
    proposed = parts["proposed"]
    until = (row["ended_on"] or today) if lifecycle in EXITED else today
    shareable = row.pop("lesson_shareable")
    return {
        **row,
        "incubator": row.pop("incubator_id"),
        "days_in_stage": max(0, (until - row["stage_since"]).days),
        "stalled": lifecycle is Lifecycle.ACTIVE and stalls_on is not None and stalls_on <= today,
        "lesson": row["lesson"] if insider or shareable else None,
        "history": [
            {**stay, "days": ((stay["left_on"] or until) - stay["entered_on"]).days} for stay in parts["history"]
        ],
        "exits": parts["exits"],
        "mentors": parts["mentors"] if insider else confirmed,
        "needs": [{**need, "project": row["id"]} for need in parts["needs"]],
        "metrics": [metric for metric in parts["metrics"] if insider or metric["disclosed"]],
        "milestones": parts["milestones"] if insider else [],
        "updates": [update for update in parts["updates"] if insider or update["shared"]],
        "quotations": [one for one in parts["quotations"] if insider or one["position"] in row["quoted_in"]],
        "proposed_change": {**proposed[0], "project": row["id"]} if proposed and insider else None,
        "is_insider": insider,
    }


def _parts(
    reader: Reader, table: Table, ids: Sequence[UUID], order: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> dict[UUID, list[dict[str, Any]]]:
    if not ids:
        return {}
    columns = [column for column in table.c if column is not stays.c.incubator_id]
    query = select(*columns).where(table.c.project_id.in_(ids), *conditions).order_by(order)
    return grouped(rows_of(reader, query), "project_id")


def _page(
    rows: Select[Any], order_by: ProjectOrder, asked: ListProjects | PagesBySlugs, reader: Reader
) -> dict[str, Any]:
    found = page(
        reader, rows, order=ORDERS[order_by], key=projects.c.id, first=asked.first, after=asked.after, count=asked.count
    )
    ids = [item["id"] for item in found["items"]]
    return {**found, "items": in_order(shown_projects(reader, ids), ids)}
