"""Refuse a proposed stage change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class RefuseStageChange:
    project: UUID
    change: UUID
    reason: str
    expected_version: int | None = None


def refuse_stage_change(command: RefuseStageChange, work: IncubatorWork) -> dict[str, Any]:
    """By staff, with a reason."""
    project = project_for(work, command.project, command.expected_version)
    stage_moves.refuse(project, command.change, reason=command.reason, by=work.actor, now=work.now)
    return answer_of(project, change=command.change)
