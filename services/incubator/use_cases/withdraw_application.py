"""Take an application back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class WithdrawApplication:
    project: UUID
    expected_version: int | None = None


def withdraw_application(command: WithdrawApplication, work: IncubatorWork) -> dict[str, Any]:
    """A founder withdraws while it is open."""
    project = project_for(work, command.project, command.expected_version)
    admission.withdraw(project, by=work.actor, now=work.now)
    return answer_of(project)
