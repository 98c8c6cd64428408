"""Withdraw a member's signature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class WithdrawSignature:
    position: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def withdraw_signature(command: WithdrawSignature, work: CoalitionsWork) -> dict[str, Any]:
    """A signature that stood is taken back."""
    held = position_in_hand(work, command.position, command.expected_version)
    person_asking(work)
    held.position.withdraw_signature(organisation=held.voice(command.organisation), by=work.actor, now=held.now)
    return held.answer
