"""Where the one who asks stands: what they see of a coalition, and for whom they speak in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.backbone.actor import person_of
from services.backbone.rules import not_found
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.permissions import sees, sees_inside, speaks_officially_for
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True)
class PositionInHand:
    """A position, locked, with its coalition as it is now and the database's time after the lock."""

    position: Position
    coalition: Coalition
    speaks_for: set[UUID]
    now: datetime

    def voice(self, organisation: UUID | None) -> UUID:
        """The member for which the asker speaks, or MANDATE_REQUIRED."""
        return self.coalition.voice(self.speaks_for, organisation)

    def ballot_voice(self, organisation: UUID | None) -> tuple[UUID, UUID | None]:
        """The organisation whose stance the asker takes, and the member that holds its proxy, if it is by proxy."""
        ballot = self.position.current_ballot
        holder = ballot.holder_for(organisation) if ballot and organisation else None
        if organisation is None or holder is None or organisation in self.speaks_for:
            return self.voice(organisation), None
        return organisation, self.voice(holder)

    @property
    def answer(self) -> dict[str, object]:
        """What every command on a position answers."""
        return {"id": self.position.id, "version": self.position.version}


def speaks_for(work: CoalitionsWork, coalition: UUID) -> set[UUID]:
    """The organisations for which the asker holds an active mandate in a coalition."""
    if work.actor.id is None:
        return set()
    return work.mandates.organisations_of(work.actor.id, coalition, work.now.date())


def coalition_in_hand(work: CoalitionsWork, identity: UUID, expected_version: int | None = None) -> Coalition:
    """The coalition, locked, if the asker may see it."""
    coalition = work.coalitions.get(identity)
    _refuse_unless_seen(work, coalition)
    work.expect(coalition, expected_version)
    return coalition


def coalition_in_sight(work: CoalitionsWork, identity: UUID) -> Coalition:
    """The coalition, only looked at, if the asker may see it."""
    coalition = work.coalitions.look(identity)
    _refuse_unless_seen(work, coalition)
    return coalition


def _refuse_unless_seen(work: CoalitionsWork, coalition: Coalition) -> None:
    mandated = coalition.mandated(speaks_for(work, coalition.id))
    invited = any(
        speaks_officially_for(work.actor, one.organisation) for one in coalition.memberships if not one.is_gone
    )
    if not invited and not sees(work.actor, coalition, mandated):
        raise not_found("coalition", coalition.id)


def position_in_hand(work: CoalitionsWork, identity: UUID, expected_version: int | None = None) -> PositionInHand:
    """The position, locked, if the asker may see it: what is not published is shown inside the coalition only."""
    position = work.positions.get(identity)
    coalition = work.coalitions.look(position.coalition)
    organisations = speaks_for(work, coalition.id)
    mandated = coalition.mandated(organisations)
    inside = sees_inside(work.actor, coalition, mandated)
    if not inside and not (position.is_public and sees(work.actor, coalition, mandated)):
        raise not_found("position", identity)
    work.expect(position, expected_version)
    return PositionInHand(position, coalition, organisations, work.clock())


def person_asking(work: CoalitionsWork) -> UUID:
    """The person who acts; voting and signing are never those of a client or a job."""
    return person_of(work.actor)


def is_decided(
    work: CoalitionsWork,
    decision: UUID | None,
    coalition: UUID,
    decision_class: DecisionClass,
    concerning: UUID | None = None,
) -> bool:
    """Whether ``decision`` names a position that this coalition adopted in that class, about just that thing."""
    if decision is None:
        return False
    position = work.positions.find(id=decision)
    return position is not None and position.decides(coalition, decision_class, concerning)
