"""Which table holds which thing. Importing this module makes the domain's classes storable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.orm import registry, relationship

from services.incubator.domain import parts
from services.incubator.domain.call import Call
from services.incubator.domain.elsewhere import KnownEvent, KnownPosition
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.project import Project
from services.incubator.storage import tables

_registry = registry(metadata=tables.metadata)


def _parts(part: type[Any], order_by: Any) -> Any:
    # Loaded with the project: a load in the midst of a command would flush a change that has not been said yet.
    return relationship(part, order_by=order_by, cascade="all, delete-orphan", lazy="selectin", passive_deletes=True)


def _map_part(part: type[Any], table: Table, **properties: Any) -> None:
    _registry.map_imperatively(part, table, properties=properties)


def _map_root(thing: type[Any], table: Table, leave_out: Sequence[str] = (), **properties: Any) -> None:
    _registry.map_imperatively(
        thing,
        table,
        version_id_col=table.c.version,
        version_id_generator=False,
        exclude_properties=list(leave_out),
        properties=properties,
    )


_map_part(parts.StageStay, tables.stays)
_map_part(parts.Review, tables.reviews)
_map_part(parts.Application, tables.applications, reviews=_parts(parts.Review, tables.reviews.c.id))
_map_part(parts.Evidence, tables.evidence)
_map_part(parts.Recommendation, tables.recommendations)
_map_part(parts.StageChange, tables.changes)
_map_part(parts.MentorAssignment, tables.mentors)
_map_part(parts.Need, tables.needs)
_map_part(parts.MetricRecord, tables.metrics)
_map_part(parts.TimelineEntry, tables.timeline)
_map_part(parts.Exit, tables.exits)
_map_part(parts.Milestone, tables.milestones)
_map_part(parts.Update, tables.updates)
_map_part(parts.Quotation, tables.quotations)
_map_part(KnownEvent, tables.known_events)
_map_part(KnownPosition, tables.known_positions)
_map_root(Incubator, tables.incubators)
_map_root(Call, tables.calls)
_map_root(
    Project,
    tables.projects,
    ["stalling_on", "search_words"],
    stays=_parts(parts.StageStay, tables.stays.c.seq),
    applications=_parts(parts.Application, tables.applications.c.id),
    evidence=_parts(parts.Evidence, tables.evidence.c.id),
    recommendations=_parts(parts.Recommendation, tables.recommendations.c.id),
    changes=_parts(parts.StageChange, tables.changes.c.id),
    mentors=_parts(parts.MentorAssignment, tables.mentors.c.id),
    needs=_parts(parts.Need, tables.needs.c.id),
    metrics=_parts(parts.MetricRecord, tables.metrics.c.id),
    exits=_parts(parts.Exit, tables.exits.c.seq),
    milestones=_parts(parts.Milestone, tables.milestones.c.id),
    updates=_parts(parts.Update, tables.updates.c.id),
    quotations=_parts(parts.Quotation, tables.quotations.c.id),
    timeline=_parts(parts.TimelineEntry, tables.timeline.c.id),
)


@event.listens_for(Project, "before_insert")
@event.listens_for(Project, "before_update")
def _keep_search_text(mapper: Any, connection: Any, project: Any) -> None:
    """Names, pitches and themes, as words: what ``list_projects`` searches through."""
    themes = " ".join(theme.replace("-", " ") for theme in project.themes)
    project.search_text = " ".join(filter(None, [project.name, project.pitch, themes]))
