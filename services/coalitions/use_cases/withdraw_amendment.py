"""Withdraw an amendment that is undecided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class WithdrawAmendment:
    position: UUID
    amendment: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def withdraw_amendment(command: WithdrawAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """SUBMITTED -> WITHDRAWN, in the name of its proposer."""
    held = position_in_hand(work, command.position, command.expected_version)
    organisation = held.voice(command.organisation)
    held.position.withdraw_amendment(command.amendment, organisation, by=work.actor, now=held.now)
    return {**held.answer, "amendment": command.amendment}
