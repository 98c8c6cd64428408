"""Retract a published position, as a ballot of class POLICY decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.policy import DecisionClass
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import is_decided, position_in_hand


@dataclass(frozen=True, kw_only=True)
class RetractPosition:
    """``decision`` is the adopted position of class POLICY that decided it: it concerns just this position."""

    position: UUID
    reason: str
    decision: UUID | None = None
    expected_version: int | None = None


def retract_position(command: RetractPosition, work: CoalitionsWork) -> dict[str, Any]:
    """PUBLISHED -> RETRACTED; it stays readable, with the notice."""
    held = position_in_hand(work, command.position, command.expected_version)
    decided = is_decided(work, command.decision, held.coalition.id, DecisionClass.POLICY, concerning=command.position)
    held.position.retract(
        held.coalition,
        decision=command.decision if decided else None,
        reason=command.reason,
        by=work.actor,
        now=held.now,
    )
    return held.answer
