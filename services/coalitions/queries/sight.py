"""What the one who asks may see, as conditions on rows: the same rules as domain/permissions.py, for whole lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, any_, false, func, or_, select, true

from services.backbone.actor import Actor
from services.backbone.perform import Reader
from services.coalitions.domain.membership import GONE
from services.coalitions.domain.position_parts import PUBLIC_STATES
from services.coalitions.storage.tables import (
    coalitions,
    consultations,
    known_mandates,
    known_projects,
    memberships,
    positions,
    suggestions,
)


@dataclass(frozen=True)
class Sight:
    """``inside`` are the coalitions of which the asker sees what is not public; ``speaks_for`` their organisations."""

    actor: Actor
    everything: bool
    inside: frozenset[UUID]
    speaks_for: frozenset[UUID]

    def is_inside(self, coalition: UUID) -> bool:
        return self.everything or coalition in self.inside

    @property
    def administered(self) -> set[UUID]:
        """The organisations that the asker administers."""
        scopes = (scope.partition("/") for scope in self.actor.scopes("ORG_ADMIN"))
        return {UUID(identity) for named, _, identity in scopes if named == "organisation"}

    def coalitions(self) -> ColumnElement[bool]:
        """Shown to all, inside, or to those whose organisation is invited, applies or is in it."""
        own = select(memberships.c.coalition).where(
            memberships.c.organisation.in_(self.administered), memberships.c.state.not_in(sorted(GONE))
        )
        return or_(self._shown(coalitions), self._inside(coalitions.c.id), coalitions.c.id.in_(own))

    def positions(self) -> ColumnElement[bool]:
        published = positions.c.state.in_(sorted(PUBLIC_STATES))
        return or_(and_(published, self._shown(positions)), self._inside(positions.c.coalition), self._quoted())

    def _quoted(self) -> ColumnElement[bool]:
        """What quotes a project of the asker, while that project may reply."""
        if self.actor.id is None:
            return false()
        own = or_(
            known_projects.c.founders.contains([self.actor.id]),
            _id_in(self.actor, "FOUNDER", "project", known_projects.c.id),
        )
        quoted = select(known_projects.c.id).where(known_projects.c.id == any_(positions.c.cited), own).exists()
        return and_(positions.c.state == "SIGN_OFF", quoted)

    def consultations(self) -> ColumnElement[bool]:
        begun = consultations.c.state != "DRAFT"
        return or_(and_(begun, self._shown(consultations)), self._inside(consultations.c.coalition))

    def suggestions(self) -> ColumnElement[bool]:
        """Shown inside the coalition, to founders and mentors of the project, and to staff of its incubator."""
        actor = self.actor
        own = [_id_in(actor, role, "project", suggestions.c.project) for role in ("FOUNDER", "MENTOR")]
        if actor.id is not None:
            founded = select(known_projects.c.id).where(known_projects.c.founders.contains([actor.id]))
            own.append(suggestions.c.project.in_(founded))
        hosted = select(known_projects.c.id).where(
            _id_in(actor, "INCUBATOR_STAFF", "incubator", known_projects.c.incubator)
        )
        return or_(self._inside(suggestions.c.coalition), suggestions.c.project.in_(hosted), *own)

    def _shown(self, table: Table) -> ColumnElement[bool]:
        visible = ["PUBLIC", "NETWORK"] if self.actor.signed_in else ["PUBLIC"]
        return table.c.visibility.in_(visible)

    def _inside(self, coalition: ColumnElement[Any]) -> ColumnElement[bool]:
        return true() if self.everything else coalition.in_(self.inside)


def sight_of(reader: Reader) -> Sight:
    """What the asker may see, with one look at mandates and coalitions."""
    actor = reader.actor
    everything = actor.is_admin or actor.has("DIRECTOR")
    granted = {UUID(scope.partition("/")[2]) for role in ("CONVENER", "STEERING") for scope in actor.scopes(role)}
    if actor.id is None:
        return Sight(actor, everything, frozenset(granted), frozenset())
    today = reader.now.date()
    mandates = select(known_mandates.c.coalition, known_mandates.c.organisation).where(
        known_mandates.c.person == actor.id,
        known_mandates.c.ended.is_(False),
        known_mandates.c.starts_on <= today,
        func.coalesce(known_mandates.c.ends_on, today) >= today,
    )
    member = memberships.join(
        known_mandates,
        and_(
            known_mandates.c.coalition == memberships.c.coalition,
            known_mandates.c.organisation == memberships.c.organisation,
        ),
    )
    spoken = mandates.select_from(member).where(memberships.c.state.in_(["ADMITTED", "SUSPENDED"]))
    voices = reader.connection.execute(spoken).all()
    convened = reader.connection.scalars(select(coalitions.c.id).where(coalitions.c.convener == actor.id)).all()
    inside = granted | set(convened) | {row.coalition for row in voices}
    return Sight(actor, everything, frozenset(inside), frozenset(row.organisation for row in voices))


def _id_in(actor: Actor, role: str, kind: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    scopes = [scope.partition("/") for scope in actor.scopes(role)]
    return column.in_([UUID(identity) for named, _, identity in scopes if named == kind])
