"""Choose the organisations in steering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class ChooseSteering:
    coalition: UUID
    organisations: list[UUID]
    expected_version: int | None = None


def choose_steering(command: ChooseSteering, work: CoalitionsWork) -> dict[str, Any]:
    """The named members, and no others, are in steering."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    coalition.choose_steering(command.organisations, by=work.actor, now=work.now)
    return {"id": coalition.id, "version": coalition.version}
