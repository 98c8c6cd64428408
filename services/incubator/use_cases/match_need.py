"""Somebody answered a need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import needs
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class MatchNeed:
    project: UUID
    need: UUID
    expected_version: int | None = None


def match_need(command: MatchNeed, work: IncubatorWork) -> dict[str, Any]:
    """The need is matched; it is not over yet."""
    project = project_for(work, command.project, command.expected_version)
    needs.match_need(project, command.need, by=work.actor, now=work.now)
    return answer_of(project, need=command.need)
