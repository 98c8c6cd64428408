"""Accept or reject a participant's statement."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork


class Moderation(StrEnum):
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"


@dataclass(frozen=True, kw_only=True)
class ModerateStatement:
    consultation: UUID
    statement: UUID
    decision: Moderation
    reason: str | None = None
    expected_version: int | None = None


def moderate_statement(command: ModerateStatement, work: CoalitionsWork) -> dict[str, Any]:
    """PENDING -> ACCEPTED | REJECTED, by the convener."""
    held = consultation_in_hand(work, command.consultation, command.expected_version)
    held.consultation.moderate(
        held.coalition,
        command.statement,
        accept=command.decision == Moderation.ACCEPTED,
        reason=command.reason,
        by=work.actor,
        now=held.now,
    )
    return {**held.answer, "statement": command.statement}
