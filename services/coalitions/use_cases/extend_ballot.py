"""Give members more time to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class ExtendBallot:
    position: UUID
    closes_at: datetime
    expected_version: int | None = None


def extend_ballot(command: ExtendBallot, work: CoalitionsWork) -> dict[str, Any]:
    """The open ballot closes later, once."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.extend_ballot(held.coalition, command.closes_at, by=work.actor, now=held.now)
    return held.answer
