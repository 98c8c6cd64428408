"""Step back from reviewing a project that one is tied to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class DeclareConflict:
    project: UUID
    expected_version: int | None = None


def declare_conflict(command: DeclareConflict, work: IncubatorWork) -> dict[str, Any]:
    """The review no longer counts; staff name somebody else."""
    project = project_for(work, command.project, command.expected_version)
    admission.declare_conflict(project, by=work.actor, now=work.now)
    return answer_of(project)
