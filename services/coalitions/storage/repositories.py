"""Where the coalitions service's use cases find things."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

from services.backbone.repository import Repository
from services.backbone.rules import not_found
from services.backbone.work import Work
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.consultation import Consultation
from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.position import Position
from services.coalitions.domain.suggestion import Suggestion
from services.coalitions.storage import mapping as mapping
from services.coalitions.storage.acts import SqlActs
from services.coalitions.storage.known import (
    SqlActivity,
    SqlEvents,
    SqlMandates,
    SqlMetrics,
    SqlOrganisations,
    SqlProjects,
    SqlVersions,
)
from services.coalitions.storage.tables import (
    ballots,
    coalition_activity,
    coalitions,
    consultations,
    deliveries,
    memberships,
    positions,
    signatures,
    statements,
    suggestions,
)
from services.coalitions.storage.votes import SqlVotes

#: The database's clock at this very moment, not at the begin of the transaction.
CLOCK = func.clock_timestamp()


def _claimed(repository: Repository[Any], table: Table, due: ColumnElement[bool], limit: int) -> list[Any]:
    """What is due, locked; what another instance works on is left to it."""
    query = select(repository.model).where(due).limit(limit).with_for_update(skip_locked=True, of=table)
    return list(repository.session.scalars(query))


class SqlCoalitions(Repository[Coalition]):
    model = Coalition

    def look(self, identity: UUID) -> Coalition:
        """The coalition as it is now, not locked: for what it decides over others, not to change it."""
        found = self.session.get(Coalition, identity)
        if found is None:
            raise not_found("coalition", identity)
        return found

    def active_on(self, themes: list[str]) -> list[Coalition]:
        """Active coalitions that share one of these themes; not locked."""
        query = select(Coalition).where(coalitions.c.state == "ACTIVE", coalitions.c.themes.overlap(themes))
        return list(self.session.scalars(query.order_by(coalitions.c.id)))

    def idle_since(self, instant: datetime, limit: int) -> list[Coalition]:
        """Active coalitions in which nothing has happened since an instant."""
        quiet = coalitions.c.id.in_(
            select(coalition_activity.c.coalition).where(coalition_activity.c.last_at < instant)
        )
        return _claimed(self, coalitions, (coalitions.c.state == "ACTIVE") & quiet, limit)

    def with_late_invitations(self, now: datetime, limit: int) -> list[Coalition]:
        """Coalitions with an invitation that nobody took up in time."""
        late = select(memberships.c.coalition).where(
            memberships.c.state == "INVITED", memberships.c.invited_until <= now
        )
        return _claimed(self, coalitions, coalitions.c.id.in_(late), limit)

    def with_late_acceptances(self, now: datetime, limit: int) -> list[Coalition]:
        """Coalitions with a member that did not accept the newest charter in time."""
        late = select(memberships.c.coalition).where(memberships.c.accept_until <= now)
        return _claimed(self, coalitions, coalitions.c.id.in_(late), limit)


class SqlPositions(Repository[Position]):
    model = Position

    def amendments_due(self, limit: int) -> list[Position]:
        """Positions whose amendments are open past their closing time."""
        due = (positions.c.state == "AMENDMENT") & (positions.c.amendments_close_at <= CLOCK)
        return _claimed(self, positions, due, limit)

    def ballots_to_begin(self, limit: int) -> list[Position]:
        """Positions whose scheduled ballot's time has come."""
        scheduled = select(ballots.c.position).where(ballots.c.state == "SCHEDULED", ballots.c.opens_at <= CLOCK)
        due = (positions.c.state == "DECISION") & positions.c.id.in_(scheduled)
        return _claimed(self, positions, due, limit)

    def ballots_due(self, limit: int) -> list[Position]:
        """Positions whose ballot is open past its closing time."""
        due = (positions.c.state == "DECISION") & (positions.c.decision_close_at <= CLOCK)
        return _claimed(self, positions, due, limit)

    def sign_offs_due(self, limit: int) -> list[Position]:
        """Positions whose time to sign is over while some have not answered."""
        pending = select(signatures.c.position).where(signatures.c.state == "PENDING")
        due = (positions.c.state == "SIGN_OFF") & (positions.c.sign_off_closes_at <= CLOCK)
        return _claimed(self, positions, due & positions.c.id.in_(pending), limit)

    def reviews_due(self, now: datetime, limit: int) -> list[Position]:
        """Positions with a delivery whose review is due and of which it was not said yet."""
        due = select(deliveries.c.position).where(
            deliveries.c.review_told_at.is_(None),
            deliveries.c.review.is_(None),
            deliveries.c.review_due_on <= now.date(),
        )
        return _claimed(self, positions, positions.c.id.in_(due), limit)

    def standing_on(self, kind: EvidenceKind, ref: str) -> list[Position]:
        """Positions that name this thing as evidence, locked in one order."""
        named = type_coerce(positions.c.evidence, JSONB).contains([{"kind": kind.value, "ref": ref}])
        query = select(Position).where(named).order_by(positions.c.id).with_for_update(of=positions)
        return list(self.session.scalars(query))


class SqlConsultations(Repository[Consultation]):
    model = Consultation

    def due(self, limit: int) -> list[Consultation]:
        """Consultations that are open past their closing time."""
        over = (consultations.c.state == "OPEN") & (consultations.c.closes_at <= CLOCK)
        return _claimed(self, consultations, over, limit)

    def states_of(self, consultation: UUID, named: list[UUID]) -> dict[UUID, str | None]:
        """The states of these statements, None for those that the consultation does not have."""
        query = select(statements.c.id, statements.c.state).where(
            statements.c.consultation == consultation, statements.c.id.in_(named)
        )
        states: dict[UUID, str] = {row.id: row.state for row in self.session.execute(query)}
        return {identity: states.get(identity) for identity in named}


class SqlSuggestions(Repository[Suggestion]):
    model = Suggestion

    def overdue(self, now: datetime, limit: int) -> list[Suggestion]:
        """Suggestions that nobody answered in time."""
        over = (suggestions.c.state == "PROPOSED") & (suggestions.c.expires_at <= now)
        return _claimed(self, suggestions, over, limit)


class SqlWork(Work):
    """A transaction of the coalitions service."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.coalitions = SqlCoalitions(self.session)
        self.positions = SqlPositions(self.session)
        self.consultations = SqlConsultations(self.session)
        self.votes = SqlVotes(self.session)
        self.suggestions = SqlSuggestions(self.session)
        self.mandates = SqlMandates(self.session)
        self.organisations = SqlOrganisations(self.session)
        self.projects = SqlProjects(self.session)
        self.metrics = SqlMetrics(self.session)
        self.events = SqlEvents(self.session)
        self.versions = SqlVersions(self.session)
        self.activity = SqlActivity(self.session)
        self.acts = SqlActs(self.session)

    def clock(self) -> datetime:
        """The database's time now: the one clock by which every instance closes what is due."""
        now: datetime = self.session.scalars(select(CLOCK)).one()
        return now
