"""Stop a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import lifecycle
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class StopProject:
    project: UUID
    reason_code: str
    lesson: str
    lesson_shareable: bool = False
    expected_version: int | None = None


def stop_project(command: StopProject, work: IncubatorWork) -> dict[str, Any]:
    """With a reason and a lesson, private or shareable."""
    project = project_for(work, command.project, command.expected_version)
    lifecycle.stop(
        project,
        reason_code=command.reason_code,
        lesson=command.lesson,
        lesson_shareable=command.lesson_shareable,
        by=work.actor,
        now=work.now,
    )
    return answer_of(project)
