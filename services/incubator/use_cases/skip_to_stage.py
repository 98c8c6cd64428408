"""Move a project forward past its gates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class SkipToStage:
    project: UUID
    to: str
    reason: str
    expected_version: int | None = None


def skip_to_stage(command: SkipToStage, work: IncubatorWork) -> dict[str, Any]:
    """A director alone, with a reason; what was not met is written down as waived."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    change = stage_moves.skip_to(project, model, to=command.to, reason=command.reason, by=work.actor, now=work.now)
    return answer_of(project, change=change.id)
