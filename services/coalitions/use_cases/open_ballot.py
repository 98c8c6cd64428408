"""Open the ballot on a position."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class OpenBallot:
    position: UUID
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    hide_results: bool = False
    expected_version: int | None = None


def open_ballot(command: OpenBallot, work: CoalitionsWork) -> dict[str, Any]:
    """CONSOLIDATION -> DECISION; opens now, for the least time of its class, unless later times are given."""
    held = position_in_hand(work, command.position, command.expected_version)
    ballot = held.position.open_ballot(
        held.coalition,
        command.closes_at,
        hide_results=command.hide_results,
        by=work.actor,
        now=held.now,
        opens_at=command.opens_at,
    )
    return {**held.answer, "ballot": ballot.id}
