"""What the incubators tell the other services. Ids, codes, numbers, dates and public titles; nobody's name or text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact
from services.backbone.erasure import PersonErasedIn as PersonErasedIn


@dataclass(frozen=True, kw_only=True)
class IncubatorRecorded(Fact):
    """An incubator is known here, or is described anew."""

    type: ClassVar[str] = "incubator.recorded"
    incubator: UUID
    slug: str
    name: str
    website: str | None
    stages: list[str]
    stage_model_version: int


@dataclass(frozen=True, kw_only=True)
class IncubatorStagesChanged(Fact):
    """An incubator has other stages: ``renamed`` says which of them stands for each one that is gone."""

    type: ClassVar[str] = "incubator.stages_changed"
    incubator: UUID
    slug: str
    stages: list[str]
    stage_model_version: int
    renamed: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class CallOpened(Fact):
    """An incubator takes applications between two instants."""

    type: ClassVar[str] = "call.opened"
    call: UUID
    slug: str
    title: str
    incubator: UUID
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class CallClosed(Fact):
    """A call was closed before its time."""

    type: ClassVar[str] = "call.closed"
    call: UUID
    slug: str
    title: str
    incubator: UUID
    closes_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProjectFact(Fact):
    """What every fact about a project carries. ``visibility`` is PRIVATE for whatever is not admitted yet."""

    project: UUID
    slug: str
    name: str
    visibility: str
    incubator: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectCard(ProjectFact):
    """A project as others show it."""

    themes: list[str]
    city: str | None
    country: str | None
    stage: str
    lifecycle: str
    founders: list[UUID]


@dataclass(frozen=True, kw_only=True)
class ProjectRecorded(ProjectCard):
    """A running project was recorded, or its record changed: the card as it stands."""

    type: ClassVar[str] = "project.recorded"


@dataclass(frozen=True, kw_only=True)
class ProjectDescribed(ProjectFact):
    """An application says something else of itself; nobody's business outside."""

    type: ClassVar[str] = "project.described"


@dataclass(frozen=True, kw_only=True)
class ProjectApplied(ProjectCard):
    type: ClassVar[str] = "project.applied"
    call: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectReviewersAssigned(ProjectFact):
    type: ClassVar[str] = "project.reviewers_assigned"
    reviewers: list[UUID]
    lifecycle: str


@dataclass(frozen=True, kw_only=True)
class ProjectConflictDeclared(ProjectFact):
    """A reviewer is tied to the project and must be replaced."""

    type: ClassVar[str] = "project.conflict_declared"
    reviewer: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectReviewed(ProjectFact):
    type: ClassVar[str] = "project.reviewed"
    reviewer: UUID
    reviews: int


@dataclass(frozen=True, kw_only=True)
class ProjectAdmitted(ProjectCard):
    type: ClassVar[str] = "project.admitted"


@dataclass(frozen=True, kw_only=True)
class ProjectDeclined(ProjectFact):
    type: ClassVar[str] = "project.declined"
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class ProjectWithdrawn(ProjectFact):
    type: ClassVar[str] = "project.withdrawn"


@dataclass(frozen=True, kw_only=True)
class ProjectCharterAccepted(ProjectFact):
    type: ClassVar[str] = "project.charter_accepted"
    person: UUID
    accepted: int
    founders: int


@dataclass(frozen=True, kw_only=True)
class ProjectMentorAssigned(ProjectFact):
    type: ClassVar[str] = "project.mentor_assigned"
    mentor: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class ProjectMentorConfirmed(ProjectFact):
    type: ClassVar[str] = "project.mentor_confirmed"
    mentor: UUID
    primary: bool


@dataclass(frozen=True, kw_only=True)
class ProjectMentorEnded(ProjectFact):
    type: ClassVar[str] = "project.mentor_ended"
    mentor: UUID


@dataclass(frozen=True, kw_only=True)
class ProjectActivated(ProjectCard):
    type: ClassVar[str] = "project.activated"


@dataclass(frozen=True, kw_only=True)
class ProjectPaused(ProjectFact):
    type: ClassVar[str] = "project.paused"
    until: date


@dataclass(frozen=True, kw_only=True)
class ProjectPauseOverdue(ProjectFact):
    """A pause has lasted longer than it may; nothing changes by itself."""

    type: ClassVar[str] = "project.pause_overdue"
    until: date


@dataclass(frozen=True, kw_only=True)
class ProjectResumed(ProjectFact):
    type: ClassVar[str] = "project.resumed"


@dataclass(frozen=True, kw_only=True)
class ProjectGraduated(ProjectFact):
    type: ClassVar[str] = "project.graduated"
    stage: str


@dataclass(frozen=True, kw_only=True)
class ProjectStopped(ProjectFact):
    type: ClassVar[str] = "project.stopped"
    stage: str
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class ProjectReopened(ProjectFact):
    type: ClassVar[str] = "project.reopened"
    stage: str


@dataclass(frozen=True, kw_only=True)
class ProjectThemesChanged(ProjectCard):
    type: ClassVar[str] = "project.themes_changed"


@dataclass(frozen=True, kw_only=True)
class ProjectEvidenceRecorded(ProjectFact):
    """``counts`` is false for an event that was not held yet."""

    type: ClassVar[str] = "project.evidence_recorded"
    evidence: UUID
    criterion: str
    kind: str
    counts: bool


@dataclass(frozen=True, kw_only=True)
class ProjectStageRecommended(ProjectFact):
    type: ClassVar[str] = "project.stage_recommended"
    mentor: UUID
    stage: str


@dataclass(frozen=True, kw_only=True)
class StageChangeFact(ProjectFact):
    """What every fact about a proposed move carries."""

    change: UUID
    from_stage: str
    to: str


@dataclass(frozen=True, kw_only=True)
class ProjectStageProposed(StageChangeFact):
    type: ClassVar[str] = "project.stage_proposed"


@dataclass(frozen=True, kw_only=True)
class ProjectStageRefused(StageChangeFact):
    type: ClassVar[str] = "project.stage_refused"


@dataclass(frozen=True, kw_only=True)
class ProjectStageCancelled(StageChangeFact):
    type: ClassVar[str] = "project.stage_cancelled"


@dataclass(frozen=True, kw_only=True)
class ProjectStageChanged(ProjectFact):
    """A project is in another stage. ``days``: how long it was in the one before; ``waived``: criteria passed over."""

    type: ClassVar[str] = "project.stage_changed"
    from_stage: str
    to: str
    direction: str
    days: int
    waived: list[str]


@dataclass(frozen=True, kw_only=True)
class ProjectStalled(ProjectFact):
    """A project has been in its stage for longer than 1.5 times the expected stay; said once per stay."""

    type: ClassVar[str] = "project.stalled"
    stage: str
    days: int


@dataclass(frozen=True, kw_only=True)
class ProjectNeedPublished(ProjectFact):
    type: ClassVar[str] = "project.need_published"
    need: UUID
    kind: str
    title: str
    themes: list[str]
    city: str | None
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class NeedFact(ProjectFact):
    """What every later fact about a need carries."""

    need: UUID
    kind: str
    title: str


@dataclass(frozen=True, kw_only=True)
class ProjectNeedMatched(NeedFact):
    type: ClassVar[str] = "project.need_matched"


@dataclass(frozen=True, kw_only=True)
class ProjectNeedResolved(NeedFact):
    type: ClassVar[str] = "project.need_resolved"


@dataclass(frozen=True, kw_only=True)
class ProjectNeedWithdrawn(NeedFact):
    type: ClassVar[str] = "project.need_withdrawn"


@dataclass(frozen=True, kw_only=True)
class ProjectNeedExpired(NeedFact):
    type: ClassVar[str] = "project.need_expired"


@dataclass(frozen=True, kw_only=True)
class ProjectMetricRecorded(ProjectFact):
    """``value`` is null unless the project discloses it."""

    type: ClassVar[str] = "project.metric_recorded"
    metric: UUID
    indicator: str
    period: str
    value: float | None
    unit: str
    supersedes: UUID | None


@dataclass(frozen=True, kw_only=True)
class ProjectTimelineNoted(ProjectFact):
    """Something that happened elsewhere concerns this project; ``cause`` is the fact that told it."""

    type: ClassVar[str] = "project.timeline_noted"
    what: str
    about: str
    title: str
    cause: UUID


@dataclass(frozen=True, kw_only=True)
class MilestoneFact(ProjectFact):
    """What every fact about a milestone carries."""

    milestone: UUID
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ProjectMilestonePlanned(MilestoneFact):
    type: ClassVar[str] = "project.milestone_planned"


@dataclass(frozen=True, kw_only=True)
class ProjectMilestoneAchieved(MilestoneFact):
    type: ClassVar[str] = "project.milestone_achieved"
    evidence_kind: str


@dataclass(frozen=True, kw_only=True)
class ProjectMilestoneMissed(MilestoneFact):
    """Nobody settled it within seven days of its due date."""

    type: ClassVar[str] = "project.milestone_missed"


@dataclass(frozen=True, kw_only=True)
class ProjectMilestoneDropped(MilestoneFact):
    type: ClassVar[str] = "project.milestone_dropped"


@dataclass(frozen=True, kw_only=True)
class ProjectUpdatePosted(ProjectFact):
    """A project said where it is; the next word is due on ``due_on``."""

    type: ClassVar[str] = "project.update_posted"
    update: UUID
    shared: bool
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ProjectUpdateOverdue(ProjectFact):
    """A project has been silent for longer than it should; said once until it speaks."""

    type: ClassVar[str] = "project.update_overdue"
    due_on: date


@dataclass(frozen=True, kw_only=True)
class ProjectReplyInvited(ProjectFact):
    """A position quotes the project: it may answer until ``reply_until``."""

    type: ClassVar[str] = "project.reply_invited"
    position: UUID
    reply_until: datetime


@dataclass(frozen=True, kw_only=True)
class ProjectReplied(ProjectFact):
    """The project answered, or answered anew, a position that quotes it."""

    type: ClassVar[str] = "project.replied"
    position: UUID
