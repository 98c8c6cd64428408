"""Resume a paused project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import lifecycle
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class ResumeProject:
    project: UUID
    expected_version: int | None = None


def resume_project(command: ResumeProject, work: IncubatorWork) -> dict[str, Any]:
    """It is active again, in the stage in which it paused."""
    project = project_for(work, command.project, command.expected_version)
    lifecycle.resume(project, by=work.actor, now=work.now)
    return answer_of(project)
