"""Propose the next stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.domain.permissions import is_director
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class ProposeStageChange:
    project: UUID
    to: str
    reason: str | None = None
    expected_version: int | None = None


def propose_stage_change(command: ProposeStageChange, work: IncubatorWork) -> dict[str, Any]:
    """Somebody else approves. A director may name a later stage, with a reason: that acts at once."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    if is_director(work.actor) and stage_moves.skips(project, model, command.to):
        change = stage_moves.skip_to(
            project, model, to=command.to, reason=command.reason or "", by=work.actor, now=work.now
        )
    else:
        change = stage_moves.propose(project, model, to=command.to, note=command.reason, by=work.actor, now=work.now)
    return answer_of(project, change=change.id)
