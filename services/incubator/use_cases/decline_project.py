"""Decline an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class DeclineProject:
    project: UUID
    reason_code: str
    message: str
    expected_version: int | None = None


def decline_project(command: DeclineProject, work: IncubatorWork) -> dict[str, Any]:
    """With a reason code for the record and a message to the founders."""
    project = project_for(work, command.project, command.expected_version)
    admission.decline(project, reason_code=command.reason_code, message=command.message, by=work.actor, now=work.now)
    return answer_of(project)
