"""Abandon a position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class AbandonPosition:
    position: UUID
    reason: str
    expected_version: int | None = None


def abandon_position(command: AbandonPosition, work: CoalitionsWork) -> dict[str, Any]:
    """Before adoption -> ABANDONED."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.abandon(held.coalition, reason=command.reason, by=work.actor, now=held.now)
    return held.answer
