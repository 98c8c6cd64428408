"""Entrust another member with a stance in the open ballot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class GiveProxy:
    """``holder`` is the member that is entrusted."""

    position: UUID
    holder: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def give_proxy(command: GiveProxy, work: CoalitionsWork) -> dict[str, Any]:
    """For this one ballot; voting directly cancels it."""
    held = position_in_hand(work, command.position, command.expected_version)
    person_asking(work)
    ballot = held.position.give_proxy(held.voice(command.organisation), command.holder, now=held.now)
    return {**held.answer, "ballot": ballot.id}
