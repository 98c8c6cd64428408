"""What happened to a project, here and elsewhere; and the proposals about its stage."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select

from services.backbone.actor import Actor
from services.backbone.paging import page
from services.backbone.perform import Reader
from services.incubator.domain.states import ChangeState
from services.incubator.queries.asked import ByIds, PagesByIds, in_order, rows_of
from services.incubator.queries.visibility import inside, visible
from services.incubator.storage.tables import changes, projects, timeline

_entry = select(
    timeline.c.id,
    timeline.c.at,
    timeline.c.what,
    timeline.c.about,
    timeline.c.title,
    timeline.c.source,
    timeline.c.cause,
).join(projects, projects.c.id == timeline.c.project_id)


def timelines_by_project_ids(asked: PagesByIds, reader: Reader) -> list[dict[str, Any]]:
    """For each project a page of its timeline, newest first, each entry with its cause."""
    return [
        page(
            reader,
            _entry.where(timeline.c.project_id == identity, visible(reader.actor), _shown_to(reader.actor)),
            order=[(timeline.c.at, "desc")],
            key=timeline.c.id,
            first=asked.first,
            after=asked.after,
            count=asked.count,
        )
        for identity in asked.ids
    ]


def _shown_to(actor: Actor) -> ColumnElement[bool]:
    """What is for the team is for whoever sees the project's private side."""
    return or_(~timeline.c.for_team, inside(actor))


def stage_changes_by_ids(asked: ByIds, reader: Reader) -> list[dict[str, Any] | None]:
    """Moves and what became of them, each with its ``project``; only those that were made, but for its own people."""
    query = (
        select(*changes.c)
        .join(projects, projects.c.id == changes.c.project_id)
        .where(
            changes.c.id.in_(asked.ids),
            visible(reader.actor),
            or_(changes.c.state == ChangeState.APPROVED, inside(reader.actor)),
        )
    )
    rows = [{**row, "project": row["project_id"]} for row in rows_of(reader, query)]
    return in_order(rows, asked.ids)
