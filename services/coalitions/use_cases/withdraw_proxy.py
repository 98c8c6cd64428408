"""Take back the proxy given in the open ballot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class WithdrawProxy:
    position: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def withdraw_proxy(command: WithdrawProxy, work: CoalitionsWork) -> dict[str, Any]:
    """What was said by it stands until the organisation says otherwise."""
    held = position_in_hand(work, command.position, command.expected_version)
    person_asking(work)
    ballot = held.position.withdraw_proxy(held.voice(command.organisation), now=held.now)
    return {**held.answer, "ballot": ballot.id}
