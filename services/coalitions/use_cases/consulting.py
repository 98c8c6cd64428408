"""A consultation in hand: found, locked, and shown only to those who may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.backbone.rules import not_found
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.consultation import Consultation, ConsultationState
from services.coalitions.domain.permissions import sees, sees_inside
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import speaks_for


@dataclass(frozen=True)
class ConsultationInHand:
    """A consultation, locked, with its coalition and the database's time after the lock."""

    consultation: Consultation
    coalition: Coalition
    now: datetime

    @property
    def answer(self) -> dict[str, object]:
        """What every command on a consultation answers."""
        return {"id": self.consultation.id, "version": self.consultation.version}


def consultation_in_hand(
    work: CoalitionsWork, identity: UUID, expected_version: int | None = None
) -> ConsultationInHand:
    """The consultation, locked; a draft is shown inside its coalition only."""
    consultation = work.consultations.get(identity)
    coalition = work.coalitions.look(consultation.coalition)
    mandated = coalition.mandated(speaks_for(work, coalition.id))
    shown = sees if consultation.state != ConsultationState.DRAFT else sees_inside
    if not shown(work.actor, coalition, mandated):
        raise not_found("consultation", identity)
    work.expect(consultation, expected_version)
    return ConsultationInHand(consultation, coalition, work.clock())
