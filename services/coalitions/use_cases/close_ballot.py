"""Close the ballot on a position when it is time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class CloseBallot:
    position: UUID
    expected_version: int | None = None


def close_ballot(command: CloseBallot, work: CoalitionsWork) -> dict[str, Any]:
    """DECISION -> ADOPTED | RETURNED | REJECTED, once the closing time has come."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.close_ballot(held.coalition, by=work.actor, now=held.now)
    return held.answer
