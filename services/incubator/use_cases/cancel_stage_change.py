"""Take a proposed stage change back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class CancelStageChange:
    project: UUID
    change: UUID
    expected_version: int | None = None


def cancel_stage_change(command: CancelStageChange, work: IncubatorWork) -> dict[str, Any]:
    """By who proposed it, or the staff."""
    project = project_for(work, command.project, command.expected_version)
    stage_moves.cancel(project, command.change, by=work.actor, now=work.now)
    return answer_of(project, change=command.change)
