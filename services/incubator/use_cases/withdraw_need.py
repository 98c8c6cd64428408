"""Withdraw a need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import needs
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class WithdrawNeed:
    project: UUID
    need: UUID
    expected_version: int | None = None


def withdraw_need(command: WithdrawNeed, work: IncubatorWork) -> dict[str, Any]:
    """The project looks for it no longer."""
    project = project_for(work, command.project, command.expected_version)
    needs.withdraw_need(project, command.need, by=work.actor, now=work.now)
    return answer_of(project, need=command.need)
