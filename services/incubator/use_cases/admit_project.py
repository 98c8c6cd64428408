"""Admit a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class AdmitProject:
    project: UUID
    expected_version: int | None = None


def admit_project(command: AdmitProject, work: IncubatorWork) -> dict[str, Any]:
    """Two reviews, a mean of 3.0, no veto."""
    project = project_for(work, command.project, command.expected_version)
    admission.admit(project, by=work.actor, now=work.now)
    return answer_of(project)
