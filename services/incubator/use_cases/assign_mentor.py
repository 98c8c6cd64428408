"""Name a mentor for a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain.mentoring import assign_mentor as assign
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class AssignMentor:
    project: UUID
    mentor: UUID
    expected_version: int | None = None


def assign_mentor(command: AssignMentor, work: IncubatorWork) -> dict[str, Any]:
    """A founder wishes for one; staff begin the discussion."""
    project = project_for(work, command.project, command.expected_version)
    assignment = assign(project, command.mentor, by=work.actor, now=work.now)
    return answer_of(project, assignment=assignment)
