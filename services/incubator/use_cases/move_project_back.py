"""Move a project back to an earlier stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class MoveProjectBack:
    project: UUID
    to: str
    reason_code: str
    reason: str
    expected_version: int | None = None


def move_project_back(command: MoveProjectBack, work: IncubatorWork) -> dict[str, Any]:
    """With a reason code and a text; no gate."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    stage_moves.move_back(
        project, model, to=command.to, reason_code=command.reason_code, reason=command.reason,
        by=work.actor, now=work.now,
    )  # fmt: skip
    return answer_of(project)
