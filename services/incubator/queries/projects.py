"""Projects: by id, by slug, in lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, Text, and_, exists, func, literal, or_, select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.states import EXITED, ChangeState, Lifecycle, MentorState, NeedKind, NeedState
from services.incubator.queries.asked import ByIds, BySlug, grouped, in_order, rows_of
from services.incubator.queries.visibility import is_insider, visible
from services.incubator.storage.tables import changes, incubators, mentors, metrics, needs, projects, stays

#: What a project shows of itself as it stands in its row.
_SHOWN = (
    *("id", "slug", "name", "pitch", "description", "website", "repository", "incubator_id", "themes", "city"),
    *("country", "founded_on", "founders", "visibility", "lifecycle", "stage", "stage_since", "stalls_on"),
    *("paused_until", "ended_on", "stop_reason", "lesson", "lesson_shareable", "quoted_in", "created_at", "version"),
)


class ProjectOrder(StrEnum):
    NAME = "NAME"
    STAGE_SINCE = "STAGE_SINCE"
    RECENT = "RECENT"


@dataclass(frozen=True, kw_only=True)
class ProjectFilter:
    """``incubator`` and ``theme`` are slugs, ``mentor`` a person, ``need`` the kind of an open need."""

    incubator: str | None = None
    stage: list[str] | None = None
    lifecycle: list[Lifecycle] | None = None
    theme: str | None = None
    city: str | None = None
    stalled: bool | None = None
    need: NeedKind | None = None
    mentor: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ListProjects:
    filter: ProjectFilter = field(default_factory=ProjectFilter)
    order_by: ProjectOrder = ProjectOrder.NAME
    search: str | None = None
    first: int | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class PagesBySlugs:
    slugs: list[str]
    first: int | None = None
    after: str | None = None


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
    rows = select(projects.c.id).where(visible(reader.actor), *_chosen(asked.filter, reader))
    for word in (asked.search or "").replace("-", " ").replace("\x00", " ").split():
        rows = rows.where(_mentions(word))
    return _page(rows, asked.order_by, asked.first, asked.after, reader)


def projects_by_themes(asked: PagesBySlugs, reader: Reader) -> list[dict[str, Any]]:
    """For each theme a page of its projects by name."""
    return [
        _page(
            select(projects.c.id).where(visible(reader.actor), projects.c.themes.contains([slug])),
            ProjectOrder.NAME,
            asked.first,
            asked.after,
            reader,
        )
        for slug in asked.slugs
    ]


def needs_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Needs of projects that are seen, each with its ``project``."""
    query = (
        select(*_columns(needs))
        .join(projects, projects.c.id == needs.c.project_id)
        .where(needs.c.id.in_(asked.ids), visible(reader.actor))
    )
    rows = [{**row, "project": row["project_id"]} for row in rows_of(reader, query)]
    return in_order(rows, asked.ids)


def shown_projects(reader: Reader, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """The projects among these that the actor sees, in any order, each as the Project type shows it."""
    query = select(*(projects.c[name] for name in _SHOWN)).where(projects.c.id.in_(ids), visible(reader.actor))
    rows = rows_of(reader, query)
    seen = [row["id"] for row in rows]
    histories = grouped(_parts(reader, stays, seen, stays.c.seq), "project_id")
    mentoring = grouped(_parts(reader, mentors, seen, mentors.c.id), "project_id")
    needed = grouped(_parts(reader, needs, seen, needs.c.id), "project_id")
    measured = grouped(_parts(reader, metrics, seen, metrics.c.id), "project_id")
    proposed = grouped(
        _parts(reader, changes, seen, changes.c.id, changes.c.state == ChangeState.PROPOSED), "project_id"
    )
    return [
        _shown(
            row,
            reader,
            histories.get(row["id"], []),
            mentoring.get(row["id"], []),
            needed.get(row["id"], []),
            measured.get(row["id"], []),
            proposed.get(row["id"], []),
        )
        for row in rows
    ]


def _shown(
    row: dict[str, Any],
    reader: Reader,
    history: list[dict[str, Any]],
    mentoring: list[dict[str, Any]],
    needed: list[dict[str, Any]],
    measured: list[dict[str, Any]],
    proposed: list[dict[str, Any]],
) -> dict[str, Any]:
    today = reader.now.date()
    confirmed = [mentor for mentor in mentoring if mentor["state"] is MentorState.CONFIRMED]
    insider = is_insider(row, [mentor["mentor"] for mentor in confirmed], reader.actor)
    stalls_on, lifecycle = row.pop("stalls_on"), row["lifecycle"]
    until = (row["ended_on"] or today) if lifecycle in EXITED else today
    shareable = row.pop("lesson_shareable")
    return {
        **row,
        "incubator": row.pop("incubator_id"),
        "days_in_stage": max(0, (until - row["stage_since"]).days),
        "stalled": lifecycle is Lifecycle.ACTIVE and stalls_on is not None and stalls_on <= today,
        "lesson": row["lesson"] if insider or shareable else None,
        "history": [{**stay, "days": ((stay["left_on"] or until) - stay["entered_on"]).days} for stay in history],
        "mentors": mentoring if insider else confirmed,
        "needs": [{**need, "project": row["id"]} for need in needed],
        "metrics": [metric for metric in measured if insider or metric["disclosed"]],
        "milestones": [],
        "proposed_change": {**proposed[0], "project": row["id"]} if proposed and insider else None,
        "is_insider": insider,
    }


def _parts(
    reader: Reader, table: Table, ids: Sequence[UUID], order: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> list[dict[str, Any]]:
    if not ids:
        return []
    query = select(*_columns(table)).where(table.c.project_id.in_(ids), *conditions).order_by(order)
    return rows_of(reader, query)


def _columns(table: Table) -> list[ColumnElement[Any]]:
    return list(table.c)


def _page(
    rows: Select[Any], order_by: ProjectOrder, first: int | None, after: str | None, reader: Reader
) -> dict[str, Any]:
    order: dict[ProjectOrder, list[tuple[ColumnElement[Any], str]]] = {
        ProjectOrder.NAME: [(func.plain(projects.c.name, type_=Text), "asc")],
        ProjectOrder.STAGE_SINCE: [(projects.c.stage_since, "asc")],
        ProjectOrder.RECENT: [(projects.c.created_at, "desc")],
    }
    found = page(reader, rows, order=order[order_by], key=projects.c.id, first=first, after=after)
    ids = [item["id"] for item in found["items"]]
    return {**found, "items": in_order(shown_projects(reader, ids), ids)}


def _chosen(chosen: ProjectFilter, reader: Reader) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.incubator is not None:
        wanted = select(incubators.c.id).where(incubators.c.slug == chosen.incubator).scalar_subquery()
        conditions.append(projects.c.incubator_id == wanted)
    if chosen.stage is not None:
        conditions.append(projects.c.stage.in_(chosen.stage))
    if chosen.lifecycle is not None:
        conditions.append(projects.c.lifecycle.in_(chosen.lifecycle))
    if chosen.theme is not None:
        conditions.append(projects.c.themes.contains([chosen.theme]))
    if chosen.city is not None:
        conditions.append(func.plain(projects.c.city) == func.plain(chosen.city))
    if chosen.stalled is not None:
        stalled = and_(projects.c.lifecycle == Lifecycle.ACTIVE, projects.c.stalls_on <= reader.now.date())
        conditions.append(stalled if chosen.stalled else or_(projects.c.stalls_on.is_(None), ~stalled))
    if chosen.need is not None:
        conditions.append(
            exists().where(
                needs.c.project_id == projects.c.id, needs.c.state == NeedState.OPEN, needs.c.kind == chosen.need
            )
        )
    if chosen.mentor is not None:
        conditions.append(
            exists().where(
                mentors.c.project_id == projects.c.id,
                mentors.c.mentor == chosen.mentor,
                mentors.c.state == MentorState.CONFIRMED,
            )
        )
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    escaped = word[: INCUBATION.longest_pitch].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = literal("%").concat(func.plain(escaped, type_=Text)).concat("%")
    return func.plain(projects.c.search_text, type_=Text).like(pattern)
