"""Approve a proposed stage change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class ApproveStageChange:
    project: UUID
    change: UUID
    expected_version: int | None = None


def approve_stage_change(command: ApproveStageChange, work: IncubatorWork) -> dict[str, Any]:
    """By staff other than the proposer, the gate met, a mentor recommending."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    stage_moves.approve(project, model, command.change, by=work.actor, now=work.now)
    return answer_of(project, change=command.change)
