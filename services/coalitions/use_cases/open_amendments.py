"""Open a position to amendments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class OpenAmendments:
    position: UUID
    closes_at: datetime
    expected_version: int | None = None


def open_amendments(command: OpenAmendments, work: CoalitionsWork) -> dict[str, Any]:
    """DRAFT | RETURNED -> AMENDMENT, until the closing time."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.open_amendments(held.coalition, command.closes_at, by=work.actor, now=held.now)
    return held.answer
