"""What happened elsewhere and concerns a project: events held for it, positions that quote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.backbone.actor import SYSTEM
from services.incubator.domain.gates import let_count, meet_by_event
from services.incubator.domain.project import Project
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import EvidenceKind, Visibility
from services.incubator.facts import ProjectStalled, ProjectTimelineNoted

#: Kinds of events that are evidence only with the report of what came out of them.
REPORTED_KINDS = frozenset({"HOLD_UP"})


@dataclass(eq=False, kw_only=True)
class KnownEvent:
    """What this service remembers of an event of the events service."""

    id: UUID
    slug: str
    title: str
    event_kind: str | None = None
    project_id: UUID | None = None
    held_at: datetime | None = None
    reported_at: datetime | None = None

    @property
    def names(self) -> tuple[str, str]:
        """By what evidence may refer to it."""
        return str(self.id), self.slug

    @property
    def is_evidence(self) -> bool:
        """Held, and reported where its kind owes a report."""
        return self.held_at is not None and (self.event_kind not in REPORTED_KINDS or self.reported_at is not None)


@dataclass(eq=False, kw_only=True)
class KnownPosition:
    """What this service remembers of a published position of the coalitions."""

    id: UUID
    slug: str
    title: str
    published_at: datetime

    @property
    def names(self) -> tuple[str, str]:
        """By what evidence may refer to it."""
        return str(self.id), self.slug


def note_elsewhere(
    project: Project,
    *,
    what: str,
    about: str,
    title: str,
    source: str,
    cause: UUID,
    at: datetime,
    for_team: bool = False,
) -> bool:
    """One timeline entry per fact; whether it is new. What is ``for_team`` is told as PRIVATE."""
    if any(entry.cause == cause for entry in project.timeline):
        return False
    project.note(what, title, at=at, about=about, source=source, cause=cause, for_team=for_team)
    told = project.told_inside if for_team else project.told
    project.record(ProjectTimelineNoted(**told, what=what, about=about, title=title, cause=cause))
    return True


def take_event_as_evidence(
    project: Project, model: StageModel, event: KnownEvent, *, cause: UUID, now: datetime
) -> int:
    """Let a held event count: where it was named as evidence, and, for its own project, where the gates ask for it."""
    counted = let_count(project, EvidenceKind.EVENT, event.names, now, cause) if event.held_at else 0
    if event.is_evidence and event.project_id == project.id and event.event_kind:
        criteria = model.criteria_met_by_event(event.event_kind)
        counted += meet_by_event(project, criteria, event.id, SYSTEM, now, cause)
    return counted


def title_for(project: Project, title: str, visibility: str) -> str:
    """The title of something elsewhere, unless fewer people may see that than the project: then none."""
    widest_first = list(Visibility)
    seen_by = Visibility(visibility) if visibility in widest_first else Visibility.PRIVATE
    return title if widest_first.index(seen_by) <= widest_first.index(project.seen_by) else ""


def tell_stalled(project: Project, today: date) -> None:
    """Say once per stay that it has lasted too long."""
    if not project.stalled_told and project.stalls_on and project.stalls_on <= today:
        project.stalled_told = True
        days = (today - project.stage_since).days
        project.record(ProjectStalled(**project.told, stage=project.stage, days=days))
