"""Answer a position that quotes the project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import quotations
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class ReplyToPosition:
    project: UUID
    position: UUID
    text: str
    expected_version: int | None = None


def reply_to_position(command: ReplyToPosition, work: IncubatorWork) -> dict[str, Any]:
    """By a founder, within seven days of learning of it."""
    project = project_for(work, command.project, command.expected_version)
    quotations.reply_to_position(project, command.position, text=command.text, by=work.actor, now=work.now)
    return answer_of(project)
