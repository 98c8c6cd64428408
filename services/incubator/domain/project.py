"""A project: what it is, where it stands, and what it has been through. What it may do is in the files beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.identifiers import new_id
from services.incubator.domain.numbers import INCUBATION
from services.incubator.domain.parts import (
    Application,
    Evidence,
    Exit,
    MentorAssignment,
    MetricRecord,
    Milestone,
    Need,
    Quotation,
    Recommendation,
    StageChange,
    StageStay,
    TimelineEntry,
    Update,
)
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import IN_APPLICATION, ChangeState, Direction, Lifecycle, Visibility
from services.incubator.facts import ProjectDescribed, ProjectRecorded


@dataclass(eq=False, kw_only=True)
class Project(Aggregate):
    """``stage`` and ``stage_since`` stand for the stay that lasts; before a project is ACTIVE, for where it will start.

    ``history_recorded``: the stays were taken over from elsewhere, and nothing has moved here since.
    ``admitted_on``: since when it is accompanied: the day of its admission, or where its record begins.
    ``update_due_on``: by when it owes its incubator a word; None until it is active.
    ``stalls_on``: the day from which the stay is longer than it should be; None in a stage without expectation.
    """

    kind: ClassVar[str] = "project"

    id: UUID
    version: int = 0
    slug: str
    incubator_id: UUID
    name: str
    pitch: str | None = None
    description: str | None = None
    themes: tuple[str, ...] = ()
    city: str | None = None
    country: str | None = None
    website: str | None = None
    repository: str | None = None
    founded_on: date | None = None
    founders: tuple[UUID, ...] = ()
    host_organisation: UUID | None = None
    visibility: Visibility = Visibility.PUBLIC
    lifecycle: Lifecycle
    stage: str
    stage_since: date
    stage_model_version: int
    stalls_on: date | None = None
    stalled_told: bool = False
    history_recorded: bool = False
    charter_accepted_by: tuple[UUID, ...] = ()
    paused_until: date | None = None
    pause_told: bool = False
    ended_on: date | None = None
    stop_reason: str | None = None
    lesson: str | None = None
    lesson_shareable: bool = False
    quoted_in: tuple[UUID, ...] = ()
    admitted_on: date | None = None
    update_due_on: date | None = None
    update_told: bool = False
    created_at: datetime

    stays: list[StageStay] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    applications: list[Application] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    changes: list[StageChange] = field(default_factory=list)
    mentors: list[MentorAssignment] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    metrics: list[MetricRecord] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    updates: list[Update] = field(default_factory=list)
    quotations: list[Quotation] = field(default_factory=list)
    timeline: list[TimelineEntry] = field(default_factory=list)

    @property
    def seen_by(self) -> Visibility:
        """Its visibility, but PRIVATE while it is an application."""
        return Visibility.PRIVATE if self.lifecycle in IN_APPLICATION else self.visibility

    @property
    def application(self) -> Application | None:
        """The latest application."""
        return self.applications[-1] if self.applications else None

    @property
    def open_change(self) -> StageChange | None:
        """The proposal that awaits a decision; there is one at most."""
        return next((change for change in self.changes if change.state is ChangeState.PROPOSED), None)

    @property
    def current_stay(self) -> StageStay | None:
        return self.stays[-1] if self.stays else None

    @property
    def told(self) -> dict[str, Any]:
        """What every fact about this project carries."""
        return {
            "project": self.id,
            "slug": self.slug,
            "name": self.name,
            "visibility": self.seen_by.value,
            "incubator": self.incubator_id,
        }

    @property
    def told_inside(self) -> dict[str, Any]:
        """The same, about what is the business of the project's own people only."""
        return {**self.told, "visibility": Visibility.PRIVATE.value}

    @property
    def card(self) -> dict[str, Any]:
        """What a fact carries when others keep a copy of the project."""
        return {
            **self.told,
            "themes": list(self.themes),
            "city": self.city,
            "country": self.country,
            "stage": self.stage,
            "lifecycle": self.lifecycle.value,
            "founders": list(self.founders),
        }

    def live(self, to: Lifecycle, *, by: Actor, now: datetime, rule: str, reason: str | None = None) -> None:
        """Pass to another state of the lifecycle; whether it may was asked before."""
        self.moved(self.lifecycle, to, by=by, at=now, aspect="lifecycle", rule=rule, reason=reason)
        self.lifecycle = to

    def enter(self, stage: str, direction: Direction, model: StageModel, on: date) -> int:
        """Leave the stay that lasts, begin one in ``stage``; the days of the stay that ended."""
        days = self.leave_stage(on)
        self.stays.append(StageStay(id=new_id(), seq=len(self.stays), stage=stage, entered_on=on, direction=direction))
        self.stage, self.stage_since, self.stage_model_version = stage, on, model.version
        self.history_recorded = False
        self.expect_stay(model)
        return days

    def leave_stage(self, on: date) -> int:
        """End the stay that lasts, if one does; its days."""
        stay = self.current_stay
        if stay is None or stay.left_on is not None:
            return 0
        stay.left_on = on
        return stay.days(on)

    def owe_update(self, since: date) -> None:
        """Owe the next update some time after this day."""
        self.update_due_on, self.update_told = since + timedelta(days=INCUBATION.update_every_days), False

    def tell_card(self) -> None:
        """Say what the project is now; the network keeps cards only of what was admitted."""
        if self.lifecycle in IN_APPLICATION:
            self.record(ProjectDescribed(**self.told))
        else:
            self.record(ProjectRecorded(**self.card))

    def expect_stay(self, model: StageModel) -> None:
        """Set the day from which this stay counts as stalled."""
        expected = model.stage(self.stage).expected_days if self.stage in model.codes else None
        self.stalls_on = (
            self.stage_since + timedelta(days=round(expected * INCUBATION.stalled_at)) if expected else None
        )
        self.stalled_told = False

    def note(
        self,
        what: str,
        title: str,
        *,
        at: datetime,
        about: str | None = None,
        source: str = "incubator",
        cause: UUID | None = None,
        for_team: bool = False,
    ) -> TimelineEntry:
        """Write down on the timeline what happened to the project."""
        entry = TimelineEntry(
            id=new_id(), at=at, what=what, about=about or self.subject, title=title, source=source, cause=cause,
            for_team=for_team,
        )  # fmt: skip
        self.timeline.append(entry)
        return entry


def distinct(things: Iterable[Any]) -> tuple[Any, ...]:
    """The things in their order, each once."""
    return tuple(dict.fromkeys(things))


def shown(codes: Sequence[str]) -> str:
    """Codes in a sentence."""
    return ", ".join(codes)
