"""What belongs to a project and changes with it: stays, evidence, proposals, mentors, needs, metrics, its timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.incubator.domain.states import (
    ChangeState,
    Direction,
    EvidenceKind,
    Lifecycle,
    MentorState,
    MilestoneState,
    NeedKind,
    NeedState,
)


@dataclass(eq=False, kw_only=True)
class StageStay:
    """A dated stay in a stage. ``seq`` is its place in the history, from 0; ``left_on`` is None while it lasts.

    Imported stays are kept as they were: they may overlap the next, or end before the next begins.
    """

    id: UUID
    seq: int
    stage: str
    entered_on: date
    left_on: date | None = None
    direction: Direction

    def days(self, today: date) -> int:
        """Whole days from entering to leaving, or to today."""
        return ((self.left_on or today) - self.entered_on).days


@dataclass(eq=False, kw_only=True)
class Exit:
    """A dated end. ``after`` is the seq of the last stay before it, -1 without any; a project may end again later."""

    id: UUID
    seq: int
    after: int
    state: Lifecycle
    on: date
    reason: str | None = None


@dataclass(eq=False, kw_only=True)
class Evidence:
    """What shows that a criterion is met. ``counted_at`` is None as long as the event that it names was not held."""

    id: UUID
    criterion: str
    kind: EvidenceKind
    ref: str
    note: str | None
    recorded_by: UUID | None
    recorded_at: datetime
    counted_at: datetime | None
    cause: UUID | None = None


@dataclass(eq=False, kw_only=True)
class Recommendation:
    """A mentor's word that the project is ready for a stage, good for the stay in which it was given."""

    id: UUID
    stage: str
    stay: int
    mentor: UUID
    note: str | None
    given_at: datetime


@dataclass(eq=False, kw_only=True)
class StageChange:
    """A move to another stage that somebody proposed, and what became of it."""

    id: UUID
    from_stage: str
    to_stage: str
    state: ChangeState
    proposed_by: UUID | None
    proposed_at: datetime
    note: str | None = None
    decided_by: UUID | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    waived: tuple[str, ...] = ()


@dataclass(eq=False, kw_only=True)
class MentorAssignment:
    id: UUID
    mentor: UUID
    state: MentorState
    primary: bool
    since: date
    ended_on: date | None = None


@dataclass(eq=False, kw_only=True)
class Need:
    """What a project looks for. A CHALLENGE is a question that a hold-up can work on."""

    id: UUID
    kind: NeedKind
    title: str
    themes: tuple[str, ...]
    city: str | None
    state: NeedState
    published_at: datetime
    expires_on: date


@dataclass(eq=False, kw_only=True)
class MetricRecord:
    """A figure for a period (``2026-03``, ``2026-Q1``, ``2026``). Never changed: a correction supersedes it."""

    id: UUID
    indicator: str
    period: str
    value: float
    unit: str
    source: str | None
    disclosed: bool
    recorded_at: datetime
    supersedes: UUID | None = None


@dataclass(eq=False, kw_only=True)
class Milestone:
    """What a project sets out to reach by a day; ``evidence_ref`` shows that it was reached."""

    id: UUID
    title: str
    due_on: date
    state: MilestoneState
    planned_at: datetime
    settled_at: datetime | None = None
    evidence_kind: EvidenceKind | None = None
    evidence_ref: str | None = None
    reason: str | None = None


@dataclass(eq=False, kw_only=True)
class Update:
    """Where the project is, in its own words; ``shared`` with whoever sees the project, else for its own people."""

    id: UUID
    text: str
    shared: bool
    written_by: UUID | None
    written_at: datetime


@dataclass(eq=False, kw_only=True)
class Quotation:
    """A position that quotes the project, and what the project answers to it until ``reply_until``."""

    id: UUID
    position: UUID
    slug: str
    title: str
    told_at: datetime
    reply_until: datetime
    reply: str | None = None
    replied_by: UUID | None = None
    replied_at: datetime | None = None


@dataclass(eq=False, kw_only=True)
class TimelineEntry:
    """What happened to the project. ``about`` is ``<kind>/<id>``; ``cause`` the fact from elsewhere that told it.

    ``for_team``: shown to the project's own people only.
    """

    id: UUID
    at: datetime
    what: str
    about: str
    title: str
    source: str
    cause: UUID | None = None
    for_team: bool = False


@dataclass(eq=False, kw_only=True)
class Review:
    """A reviewer's grades (criterion -> 1..5), a comment on each, and a veto on ethical grounds."""

    id: UUID
    reviewer: UUID
    scores: dict[str, int]
    comments: dict[str, str]
    ethics_veto: bool
    submitted_at: datetime


@dataclass(eq=False, kw_only=True)
class Application:
    """One answer to one call. ``reviewers`` are those without a conflict; ``conflicted`` declared one."""

    id: UUID
    call_id: UUID
    applicant: UUID
    answers: dict[str, str]
    submitted_at: datetime
    reviewers: tuple[UUID, ...] = ()
    conflicted: tuple[UUID, ...] = ()
    reviews: list[Review] = field(default_factory=list)
    decided_at: datetime | None = None
    decline_reason: str | None = None
    decline_message: str | None = None
