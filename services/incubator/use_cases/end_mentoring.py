"""End the work of a mentor with a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain.mentoring import end_mentoring as end
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class EndMentoring:
    project: UUID
    mentor: UUID
    expected_version: int | None = None


def end_mentoring(command: EndMentoring, work: IncubatorWork) -> dict[str, Any]:
    """By the mentor or the staff."""
    project = project_for(work, command.project, command.expected_version)
    end(project, command.mentor, by=work.actor, now=work.now)
    return answer_of(project)
