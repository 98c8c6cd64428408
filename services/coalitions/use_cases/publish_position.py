"""Publish a position that was signed off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.position_parts import PositionState
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class PublishPosition:
    position: UUID
    expected_version: int | None = None


def publish_position(command: PublishPosition, work: CoalitionsWork) -> dict[str, Any]:
    """SIGN_OFF -> PUBLISHED; the position that it supersedes leaves the stage."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.publish(held.coalition, by=work.actor, now=held.now)
    if held.position.supersedes is not None:
        older = work.positions.find(id=held.position.supersedes, coalition=held.coalition.id)
        if older is not None and older.state == PositionState.PUBLISHED:
            older.supersede(held.position.id, by=work.actor, now=held.now)
    return held.answer
