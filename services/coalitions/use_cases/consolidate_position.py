"""Close amendments and consolidate a position's text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class ConsolidatePosition:
    position: UUID
    expected_version: int | None = None


def consolidate_position(command: ConsolidatePosition, work: CoalitionsWork) -> dict[str, Any]:
    """AMENDMENT | RETURNED -> CONSOLIDATION."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.consolidate(held.coalition, by=work.actor, now=held.now)
    return held.answer
