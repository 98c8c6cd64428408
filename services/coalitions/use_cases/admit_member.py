"""Admit an organisation that applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, speaks_for


@dataclass(frozen=True, kw_only=True)
class AdmitMember:
    coalition: UUID
    membership: UUID
    weight: int | None = None
    expected_version: int | None = None


def admit_member(command: AdmitMember, work: CoalitionsWork) -> dict[str, Any]:
    """APPLIED -> ADMITTED, with a weight of 1 unless another is given."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    voices = speaks_for(work, coalition.id)
    membership = coalition.admit(
        command.membership, weight=command.weight, by=work.actor, now=work.now, speaks_for=voices
    )
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
