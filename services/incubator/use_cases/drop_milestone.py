"""Drop a milestone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import milestones
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class DropMilestone:
    project: UUID
    milestone: UUID
    reason: str
    expected_version: int | None = None


def drop_milestone(command: DropMilestone, work: IncubatorWork) -> dict[str, Any]:
    """It is not aimed at any longer; say why."""
    project = project_for(work, command.project, command.expected_version)
    milestones.drop_milestone(project, command.milestone, reason=command.reason, by=work.actor, now=work.now)
    return answer_of(project, milestone=command.milestone)
