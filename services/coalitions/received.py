"""What coalitions read of the facts of others: only the fields they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ProjectCardTold:
    """project.recorded, project.admitted, project.activated, project.themes_changed: the card as it stands."""

    project: UUID
    slug: str
    name: str
    themes: list[str]
    lifecycle: str
    visibility: str = "PUBLIC"
    stage: str | None = None
    founders: list[UUID] = field(default_factory=list)
    incubator: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectStageChanged:
    project: UUID
    to: str


@dataclass(frozen=True, kw_only=True)
class ProjectStopped:
    project: UUID
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class ProjectGraduated:
    project: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectTold:
    """project.paused, project.resumed, project.reopened: which project it is about."""

    project: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectMetricRecorded:
    metric: UUID
    project: UUID
    indicator: str
    period: str
    unit: str
    value: float | None = None


@dataclass(frozen=True, kw_only=True)
class ProjectReplied:
    project: UUID
    position: UUID


@dataclass(frozen=True, kw_only=True)
class EventTold:
    """event.published, event.recorded, event.held, event.cancelled: the gathering as it is from now on."""

    event: UUID
    state: str
    visibility: str = "PUBLIC"
    coalition: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class OrganisationTold:
    """organisation.declared, organisation.verified, organisation.suspended, organisation.closed."""

    organisation: UUID
    slug: str
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class MandateGranted:
    mandate: UUID
    person: UUID
    organisation: UUID
    coalition: UUID
    mandate_kind: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MandateEnded:
    mandate: UUID


@dataclass(frozen=True, kw_only=True)
class CoalitionActivated:
    """This service's own coalition.activated."""

    coalition: UUID


@dataclass(frozen=True, kw_only=True)
class SomethingHappened:
    """This service's own facts of positions that show that a coalition is alive."""

    coalition: UUID
