"""Reinstate a suspended member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, speaks_for


@dataclass(frozen=True, kw_only=True)
class ReinstateMember:
    coalition: UUID
    membership: UUID
    expected_version: int | None = None


def reinstate_member(command: ReinstateMember, work: CoalitionsWork) -> dict[str, Any]:
    """SUSPENDED -> ADMITTED."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    voices = speaks_for(work, coalition.id)
    membership = coalition.reinstate(command.membership, by=work.actor, now=work.now, speaks_for=voices)
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
