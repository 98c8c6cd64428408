"""Change the themes of a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import details
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class ChangeThemes:
    project: UUID
    themes: list[str]
    expected_version: int | None = None


def change_themes(command: ChangeThemes, work: IncubatorWork) -> dict[str, Any]:
    """One to five of the taxonomy."""
    project = project_for(work, command.project, command.expected_version)
    details.change_themes(project, command.themes, by=work.actor, now=work.now)
    return answer_of(project)
