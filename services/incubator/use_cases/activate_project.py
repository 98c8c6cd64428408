"""Start an admitted project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class ActivateProject:
    project: UUID
    stage: str | None = None
    expected_version: int | None = None


def activate_project(command: ActivateProject, work: IncubatorWork) -> dict[str, Any]:
    """In its first stage unless another is given."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    admission.activate(project, model, stage=command.stage, by=work.actor, now=work.now)
    return answer_of(project)
