"""Where the incubator service's use cases find things."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, distinct, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.backbone.repository import Repository
from services.backbone.rules import not_found
from services.backbone.work import Work
from services.incubator.domain.call import Call
from services.incubator.domain.elsewhere import KnownEvent, KnownPosition
from services.incubator.domain.incubator import Incubator
from services.incubator.domain.project import Project
from services.incubator.domain.stage_model import StageModel
from services.incubator.domain.states import (
    OPEN_APPLICATION,
    RUNNING,
    EvidenceKind,
    Lifecycle,
    MentorState,
    MilestoneState,
    NeedState,
)
from services.incubator.storage import mapping as mapping
from services.incubator.storage.tables import (
    applications,
    changes,
    evidence,
    incubators,
    known_events,
    known_positions,
    known_themes,
    mentors,
    milestones,
    needs,
    projects,
    quotations,
    recommendations,
    reviews,
    updates,
)

#: Where a person stands in what belongs to a project, with words of theirs or a part that ends with them.
_PARTS: tuple[Column[Any], ...] = (
    mentors.c.mentor,
    evidence.c.recorded_by,
    recommendations.c.mentor,
    changes.c.proposed_by,
    updates.c.written_by,
    applications.c.applicant,
)


class SqlIncubators(Repository[Incubator]):
    model = Incubator

    def read(self, slug: str) -> Incubator | None:
        return self.session.scalars(select(Incubator).where(incubators.c.slug == slug)).first()

    def model_of(self, incubator: UUID) -> StageModel:
        query = select(incubators.c.stage_model).where(incubators.c.id == incubator)
        model: StageModel | None = self.session.scalar(query)
        if model is None:
            raise not_found("incubator", incubator)
        return model


class SqlCalls(Repository[Call]):
    model = Call

    def read(self, identity: UUID) -> Call:
        call = self.session.get(Call, identity)
        if call is None:
            raise not_found("call", identity)
        return call


class SqlProjects(Repository[Project]):
    model = Project

    def open_applications(self, call: UUID, founder: UUID) -> list[str]:
        query = (
            select(projects.c.name)
            .join(applications, applications.c.project_id == projects.c.id)
            .where(
                applications.c.call_id == call,
                projects.c.founders.contains([founder]),
                projects.c.lifecycle.in_(OPEN_APPLICATION),
            )
        )
        return list(self.session.scalars(query))

    def mentored_by(self, mentor: UUID) -> int:
        self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"mentor/{mentor}", 0))))
        query = (
            select(func.count(distinct(projects.c.id)))
            .join(mentors, mentors.c.project_id == projects.c.id)
            .where(
                mentors.c.mentor == mentor,
                mentors.c.state == MentorState.CONFIRMED,
                projects.c.lifecycle.in_(RUNNING),
            )
        )
        return self.session.scalar(query) or 0

    def to_call_stalled(self, today: date, limit: int) -> list[Project]:
        return self._due(
            limit,
            projects.c.lifecycle == Lifecycle.ACTIVE,
            ~projects.c.stalled_told,
            projects.c.stalls_on <= today,
        )

    def to_remind_of_pause(self, today: date, limit: int) -> list[Project]:
        return self._due(
            limit,
            projects.c.lifecycle == Lifecycle.PAUSED,
            ~projects.c.pause_told,
            projects.c.paused_until < today,
        )

    def with_needs_to_expire(self, today: date, limit: int) -> list[Project]:
        expired = exists().where(
            needs.c.project_id == projects.c.id, needs.c.state == NeedState.OPEN, needs.c.expires_on <= today
        )
        return self._due(limit, expired)

    def with_milestones_to_miss(self, last_due: date, limit: int) -> list[Project]:
        due = exists().where(
            milestones.c.project_id == projects.c.id,
            milestones.c.state == MilestoneState.PLANNED,
            milestones.c.due_on <= last_due,
        )
        return self._due(limit, due)

    def to_remind_of_update(self, today: date, limit: int) -> list[Project]:
        return self._due(
            limit,
            projects.c.lifecycle == Lifecycle.ACTIVE,
            ~projects.c.update_told,
            projects.c.update_due_on <= today,
        )

    def behind_their_stage_model(self, limit: int) -> list[Project]:
        """Not joined to the incubators in one statement: locks are for projects alone, and few models change."""
        found: list[Project] = []
        for identity, model in self.session.execute(select(incubators.c.id, incubators.c.stage_model)):
            if model.version > 1 and len(found) < limit:
                found += self._due(
                    limit - len(found),
                    projects.c.incubator_id == identity,
                    projects.c.stage_model_version < model.version,
                )
        return found

    def naming(self, kind: EvidenceKind, names: tuple[str, ...]) -> list[UUID]:
        query = (
            select(evidence.c.project_id)
            .where(evidence.c.kind == kind, evidence.c.counted_at.is_(None), evidence.c.ref.in_(names))
            .distinct()
        )
        return sorted(self.session.scalars(query))

    def with_part_of(self, person: UUID) -> list[Project]:
        found = [projects.c.founders.contains([person])]
        found += [projects.c.id.in_(select(column.table.c.project_id).where(column == person)) for column in _PARTS]
        query = select(Project).where(or_(*found)).order_by(projects.c.id).with_for_update(of=projects)
        return list(self.session.scalars(query))

    def kept_of(self, person: UUID) -> dict[str, int]:
        counted = {
            "projects_founded_alone": projects.c.founders == [person],
            "reviews_given": reviews.c.reviewer == person,
            "stage_changes_decided": changes.c.decided_by == person,
            "replies_signed": quotations.c.replied_by == person,
        }
        return {code: self.session.scalar(select(func.count()).where(which)) or 0 for code, which in counted.items()}

    def _due(self, limit: int, *conditions: ColumnElement[bool]) -> list[Project]:
        """Projects that another instance does not work on just now."""
        query = (
            select(Project)
            .where(*conditions)
            .order_by(projects.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=projects)
        )
        return list(self.session.scalars(query))


class SqlKnownEvents:
    """A read model: events of the events service, as far as they concern projects."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, identity: UUID) -> KnownEvent | None:
        return self.session.get(KnownEvent, identity, with_for_update=True)

    def named(self, ref: str) -> KnownEvent | None:
        by_name: list[ColumnElement[bool]] = [known_events.c.slug == ref]
        with suppress(ValueError):
            by_name.append(known_events.c.id == UUID(ref))
        return self.session.scalars(select(KnownEvent).where(or_(*by_name))).first()

    def add(self, event: KnownEvent) -> None:
        self.session.add(event)


class SqlKnownPositions:
    """A read model: published positions of the coalitions service."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def get(self, identity: UUID) -> KnownPosition | None:
        return self.session.get(KnownPosition, identity, with_for_update=True)

    def named(self, ref: str) -> KnownPosition | None:
        by_name: list[ColumnElement[bool]] = [known_positions.c.slug == ref]
        with suppress(ValueError):
            by_name.append(known_positions.c.id == UUID(ref))
        return self.session.scalars(select(KnownPosition).where(or_(*by_name))).first()

    def add(self, position: KnownPosition) -> None:
        self.session.add(position)


class SqlThemes:
    """A read model: what the themes of the people service are called."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def keep(self, slug: str, label_fr: str, label_en: str) -> None:
        labels = {"label_fr": label_fr, "label_en": label_en}
        told = insert(known_themes).values(slug=slug, **labels)
        self.session.execute(told.on_conflict_do_update(index_elements=[known_themes.c.slug], set_=labels))


class SqlWork(Work):
    """A transaction of the incubator service."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.incubators = SqlIncubators(self.session)
        self.calls = SqlCalls(self.session)
        self.projects = SqlProjects(self.session)
        self.known_events = SqlKnownEvents(self.session)
        self.known_positions = SqlKnownPositions(self.session)
        self.themes = SqlThemes(self.session)
