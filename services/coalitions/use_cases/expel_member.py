"""Expel a member, as a ballot of class CALL decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.policy import DecisionClass
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand, is_decided


@dataclass(frozen=True, kw_only=True)
class ExpelMember:
    """``decision`` is the adopted position of class CALL that decided it: it concerns just this organisation."""

    coalition: UUID
    membership: UUID
    reason: str
    decision: UUID | None = None
    expected_version: int | None = None


def expel_member(command: ExpelMember, work: CoalitionsWork) -> dict[str, Any]:
    """ADMITTED | SUSPENDED -> EXPELLED."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    organisation = coalition.membership(command.membership).organisation
    decided = is_decided(work, command.decision, coalition.id, DecisionClass.CALL, concerning=organisation)
    membership = coalition.expel(
        command.membership, decided=decided, reason=command.reason, by=work.actor, now=work.now
    )
    return {"id": coalition.id, "version": coalition.version, "membership": membership.id}
