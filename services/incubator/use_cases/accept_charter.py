"""Accept the charter as a founder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import admission
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class AcceptCharter:
    project: UUID
    expected_version: int | None = None


def accept_charter(command: AcceptCharter, work: IncubatorWork) -> dict[str, Any]:
    """Every founder accepts it in person."""
    project = project_for(work, command.project, command.expected_version)
    admission.accept_charter(project, by=work.actor, now=work.now)
    return answer_of(project)
