"""What the use cases need of the outside: repositories named by their plural nouns."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.backbone.rules import BrokenRule
from services.incubator.domain.call import Call
from services.incubator.domain.elsewhere import KnownEvent, KnownPosition
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.permissions import refuse_unless_seen
from services.incubator.domain.project import Project
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.stage_moves import carry_over
from services.incubator.domain.states import EvidenceKind


class Cause(Protocol):
    """The fact that is being reacted to."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def time(self) -> datetime: ...


class Incubators(Protocol):
    def get(self, identity: UUID) -> Incubator: ...
    def find(self, **equals: object) -> Incubator | None: ...
    def add(self, thing: Incubator) -> None: ...
    def read(self, slug: str) -> Incubator | None:
        """The incubator as it is now, without keeping others from it."""

    def model_of(self, incubator: UUID) -> StageModel:
        """Its stage model, without keeping others from it."""


class Calls(Protocol):
    def get(self, identity: UUID) -> Call: ...
    def read(self, identity: UUID) -> Call:
        """The call as it is now, without keeping others from it."""

    def add(self, thing: Call) -> None: ...
    def free_slug(self, name: str) -> str: ...


class Projects(Protocol):
    def get(self, identity: UUID) -> Project: ...
    def find(self, **equals: object) -> Project | None: ...
    def add(self, thing: Project) -> None: ...
    def free_slug(self, name: str) -> str: ...
    def open_applications(self, call: UUID, founder: UUID) -> list[str]:
        """Names of the projects with which this founder has an open application to this call."""

    def mentored_by(self, mentor: UUID) -> int:
        """How many running projects this person is a confirmed mentor of.

        Nobody else gets an answer for this person until the transaction ends: two confirmations at once see each other.
        """

    def to_call_stalled(self, today: date, limit: int) -> list[Project]: ...
    def to_remind_of_pause(self, today: date, limit: int) -> list[Project]: ...
    def with_needs_to_expire(self, today: date, limit: int) -> list[Project]: ...
    def with_milestones_to_miss(self, last_due: date, limit: int) -> list[Project]: ...
    def to_remind_of_update(self, today: date, limit: int) -> list[Project]: ...
    def behind_their_stage_model(self, limit: int) -> list[Project]: ...
    def with_part_of(self, person: UUID) -> list[Project]:
        """Projects in which a person has a part or left words, in the order of ids."""

    def kept_of(self, person: UUID) -> dict[str, int]:
        """How many things of each code stay when a person is erased."""

    def naming(self, kind: EvidenceKind, names: tuple[str, ...]) -> list[UUID]:
        """Projects with evidence that names this event or position and does not count yet, in the order of ids."""


class KnownEvents(Protocol):
    def get(self, identity: UUID) -> KnownEvent | None: ...
    def named(self, ref: str) -> KnownEvent | None:
        """The event of this id or slug."""

    def add(self, event: KnownEvent) -> None: ...


class Themes(Protocol):
    def keep(self, slug: str, label_fr: str, label_en: str) -> None:
        """Remember what a theme is called now."""


class KnownPositions(Protocol):
    def get(self, identity: UUID) -> KnownPosition | None: ...
    def named(self, ref: str) -> KnownPosition | None:
        """The published position of this id or slug."""

    def add(self, position: KnownPosition) -> None: ...


class IncubatorWork(Protocol):
    """A transaction of the incubator service as its use cases see it."""

    actor: Actor
    now: datetime
    incubators: Incubators
    calls: Calls
    projects: Projects
    known_events: KnownEvents
    known_positions: KnownPositions
    themes: Themes

    @property
    def cause(self) -> Cause | None: ...
    def expect(self, thing: Aggregate, version: int | None) -> None: ...
    def attempt(self) -> AbstractContextManager[None]: ...
    def put_stand_in(self, person: UUID) -> Counter[str]: ...
    def tell_of(self, thing: Aggregate) -> None: ...


def project_for(work: IncubatorWork, identity: UUID, expected_version: int | None) -> Project:
    """The project that a command is about, if the actor may see it and it is at the version that they looked at."""
    project = work.projects.get(identity)
    refuse_unless_seen(work.actor, project)
    work.expect(project, expected_version)
    return project


def model_for(work: IncubatorWork, project: Project) -> StageModel:
    """The stages of the project's incubator as they are now; a project of an older version is brought to it."""
    model = work.incubators.model_of(project.incubator_id)
    carry_over(project, model, now=work.now)
    return model


def cause_of(work: IncubatorWork) -> Cause:
    """The fact that a reaction reacts to."""
    if work.cause is None:
        raise RuntimeError("A reaction has a cause.")
    return work.cause


def answer_of(thing: Aggregate, **made: UUID) -> dict[str, object]:
    """What a command answers: the thing's id and version, and the ids of what was made in it."""
    return {"id": thing.id, "version": thing.version, **made}


def refusal_of(broken: BrokenRule) -> dict[str, object]:
    """A broken rule as one item of a batch reports it."""
    return {
        "code": broken.code,
        "rule": broken.rule,
        "message": broken.message,
        "field": broken.field,
        "values": broken.values,
    }
