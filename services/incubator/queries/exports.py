"""Projects as flat rows, a lot at a time: what a filter shows, whole, for files."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from services.backbone.perform import Reader
from services.incubator.domain.states import Lifecycle
from services.incubator.queries.asked import rows_of
from services.incubator.queries.chosen import ProjectFilter, chosen
from services.incubator.storage.tables import incubators, projects

#: Rows in one answer: small enough for one message, large enough that thousands take few of them.
AT_A_TIME = 500


@dataclass(frozen=True, kw_only=True)
class ExportProjects:
    """``after``: the id of the last row that was read."""

    filter: ProjectFilter = field(default_factory=ProjectFilter)
    search: str | None = None
    after: UUID | None = None


def export_projects(asked: ExportProjects, reader: Reader) -> dict[str, Any]:
    """``{rows, after}``: the next lot in the order in which projects came, and where to go on, null at the end.

    Ids grow with time (UUIDv7), so what is added meanwhile comes last and nothing is read twice.
    """
    today = reader.now.date()
    stalled = and_(projects.c.lifecycle == Lifecycle.ACTIVE, projects.c.stalls_on <= today)
    until = func.coalesce(projects.c.ended_on, today)
    query = (
        select(
            projects.c.id,
            projects.c.slug,
            projects.c.name,
            projects.c.pitch,
            incubators.c.slug.label("incubator"),
            projects.c.themes,
            projects.c.city,
            projects.c.country,
            projects.c.website,
            projects.c.founded_on,
            projects.c.visibility,
            projects.c.lifecycle,
            projects.c.stage,
            projects.c.stage_since,
            func.greatest(until - projects.c.stage_since, 0).label("days_in_stage"),
            func.coalesce(stalled, False).label("stalled"),
            projects.c.admitted_on,
            projects.c.ended_on,
            projects.c.stop_reason,
        )
        .join(incubators, incubators.c.id == projects.c.incubator_id)
        .where(*chosen(asked.filter, asked.search, reader.actor, today))
        .order_by(projects.c.id)
        .limit(AT_A_TIME)
    )
    if asked.after is not None:
        query = query.where(projects.c.id > asked.after)
    rows = rows_of(reader, query)
    return {"rows": rows, "after": rows[-1]["id"] if len(rows) == AT_A_TIME else None}
