"""Declare that a member has no amendment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class DeclareNoAmendment:
    position: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def declare_no_amendment(command: DeclareNoAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """When every member declares it, amendments may close early."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.declare_no_amendment(held.voice(command.organisation), by=work.actor, now=held.now)
    return held.answer
