"""Let a project graduate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import lifecycle
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class GraduateProject:
    project: UUID
    reason: str | None = None
    expected_version: int | None = None


def graduate_project(command: GraduateProject, work: IncubatorWork) -> dict[str, Any]:
    """From the last stage, or by a director's override with a reason."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    lifecycle.graduate(project, model, reason=command.reason, by=work.actor, now=work.now)
    return answer_of(project)
