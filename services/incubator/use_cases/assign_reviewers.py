"""Name the reviewers of an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class AssignReviewers:
    project: UUID
    reviewers: list[UUID]
    expected_version: int | None = None


def assign_reviewers(command: AssignReviewers, work: IncubatorWork) -> dict[str, Any]:
    """With two reviewers or more the application is under review."""
    project = project_for(work, command.project, command.expected_version)
    admission.assign_reviewers(project, command.reviewers, by=work.actor, now=work.now)
    return answer_of(project)
