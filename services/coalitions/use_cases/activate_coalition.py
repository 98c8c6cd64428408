"""Activate a coalition that has formed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_hand


@dataclass(frozen=True, kw_only=True)
class ActivateCoalition:
    coalition: UUID
    expected_version: int | None = None


def activate_coalition(command: ActivateCoalition, work: CoalitionsWork) -> dict[str, Any]:
    """FORMING -> ACTIVE; its clock of activity begins to run."""
    coalition = coalition_in_hand(work, command.coalition, command.expected_version)
    coalition.activate(by=work.actor, now=work.now)
    work.activity.note(coalition.id, work.now)
    return {"id": coalition.id, "version": coalition.version}
