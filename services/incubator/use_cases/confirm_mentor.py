"""Confirm a mentor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain.mentoring import confirm_mentor as confirm
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class ConfirmMentor:
    project: UUID
    mentor: UUID
    primary: bool = False
    expected_version: int | None = None


def confirm_mentor(command: ConfirmMentor, work: IncubatorWork) -> dict[str, Any]:
    """One who accompanies fewer than four projects."""
    project = project_for(work, command.project, command.expected_version)
    confirm(
        project,
        command.mentor,
        primary=command.primary,
        mentored_elsewhere=work.projects.mentored_by(command.mentor),
        by=work.actor,
        now=work.now,
    )
    return answer_of(project)
