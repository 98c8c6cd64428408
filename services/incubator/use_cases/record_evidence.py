"""Show that a criterion of a gate is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import gates
from services.incubator.domain.states import EvidenceKind
from services.incubator.use_cases.ports import IncubatorWork, answer_of, project_for


@dataclass(frozen=True, kw_only=True)
class RecordEvidence:
    """``ref``: an address, the id of a metric or a position, the id or slug of an event."""

    project: UUID
    criterion: str
    kind: EvidenceKind
    ref: str
    note: str | None = None
    expected_version: int | None = None


def record_evidence(command: RecordEvidence, work: IncubatorWork) -> dict[str, Any]:
    """An event counts once it was held."""
    project = project_for(work, command.project, command.expected_version)
    model = work.incubators.model_of(project.incubator_id)
    ref = command.ref.strip()
    event = work.known_events.named(ref) if command.kind is EvidenceKind.EVENT else None
    evidence = gates.record_evidence(
        project,
        model,
        criterion=command.criterion,
        kind=command.kind,
        ref=str(event.id) if event else ref,
        note=command.note,
        event_was_held=event is not None and event.is_evidence,
        by=work.actor,
        now=work.now,
    )
    return answer_of(project, evidence=evidence)
