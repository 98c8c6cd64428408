"""Say that a milestone was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import milestones
from services.incubator.domain.gates import show
from services.incubator.domain.states import EvidenceKind
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for
from services.incubator.use_cases.record_evidence import happening


@dataclass(frozen=True, kw_only=True)
class AchieveMilestone:
    """``ref``: as for a gate, see ``RecordEvidence``."""

    project: UUID
    milestone: UUID
    kind: EvidenceKind
    ref: str
    expected_version: int | None = None


def achieve_milestone(command: AchieveMilestone, work: IncubatorWork) -> dict[str, Any]:
    """With evidence that counts, within seven days of its due date."""
    project = project_for(work, command.project, command.expected_version)
    ref, happened = happening(work, command.kind, command.ref)
    shown = show(project, command.kind, ref, happened=happened)
    milestones.achieve_milestone(project, command.milestone, shown=shown, by=work.actor, now=work.now)
    return answer_of(project, milestone=command.milestone)
