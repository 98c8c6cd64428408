"""Recommend the next stage as a mentor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import stage_moves
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class RecommendStage:
    project: UUID
    to: str
    note: str | None = None
    expected_version: int | None = None


def recommend_stage(command: RecommendStage, work: IncubatorWork) -> dict[str, Any]:
    """A confirmed mentor finds the project ready."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    stage_moves.recommend(project, model, to=command.to, note=command.note, by=work.actor, now=work.now)
    return answer_of(project)
