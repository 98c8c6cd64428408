"""Say where a project is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import updates
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class PostUpdate:
    """``shared``: with whoever sees the project, not only with its own people."""

    project: UUID
    text: str
    shared: bool = False
    expected_version: int | None = None


def post_update(command: PostUpdate, work: IncubatorWork) -> dict[str, Any]:
    """The next word is due ninety days later."""
    project = project_for(work, command.project, command.expected_version)
    update = updates.post_update(project, text=command.text, shared=command.shared, by=work.actor, now=work.now)
    return answer_of(project, update=update)
