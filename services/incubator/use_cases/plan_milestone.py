"""Plan a milestone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.incubator.domain import milestones
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class PlanMilestone:
    project: UUID
    title: str
    due_on: date
    expected_version: int | None = None


def plan_milestone(command: PlanMilestone, work: IncubatorWork) -> dict[str, Any]:
    """Something to reach by a day that is still to come."""
    project = project_for(work, command.project, command.expected_version)
    milestone = milestones.plan_milestone(
        project, title=command.title, due_on=command.due_on, by=work.actor, now=work.now
    )
    return answer_of(project, milestone=milestone)
