"""Reopen a project that ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import lifecycle
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class ReopenProject:
    project: UUID
    reason: str
    expected_version: int | None = None


def reopen_project(command: ReopenProject, work: IncubatorWork) -> dict[str, Any]:
    """By a director, within twelve months, with a reason."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    lifecycle.reopen(project, model, reason=command.reason, by=work.actor, now=work.now)
    return answer_of(project)
