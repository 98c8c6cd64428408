"""Refuse an organisation that applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, speaks_for


@dataclass(frozen=True, kw_only=True)
class RefuseMember:
    coalition: UUID
    membership: UUID
    reason: str
    expected_version: int | None = None


def refuse_member(command: RefuseMember, work: CoalitionsWork) -> dict[str, Any]:
    """APPLIED -> REFUSED, with a reason."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    voices = speaks_for(work, coalition.id)
    membership = coalition.refuse(
        command.membership, reason=command.reason, by=work.actor, now=work.now, speaks_for=voices
    )
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
