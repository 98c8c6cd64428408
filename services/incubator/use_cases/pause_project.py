"""Pause a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.incubator.domain import lifecycle
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class PauseProject:
    project: UUID
    reason: str
    until: date | None = None
    expected_version: int | None = None


def pause_project(command: PauseProject, work: IncubatorWork) -> dict[str, Any]:
    """For 180 days at most."""
    project = project_for(work, command.project, command.expected_version)
    lifecycle.pause(project, reason=command.reason, until=command.until, by=work.actor, now=work.now)
    return answer_of(project)
