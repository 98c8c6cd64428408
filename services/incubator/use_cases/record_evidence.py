"""Show that a criterion of a gate is met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.incubator.domain import gates
from services.incubator.domain.states import EvidenceKind
from services.incubator.use_cases.ports import IncubatorWork, answer_of, model_for, project_for


@dataclass(frozen=True, kw_only=True)
class RecordEvidence:
    """``ref``: an address, the id or indicator of a figure, the id or slug of an event or a position."""

    project: UUID
    criterion: str
    kind: EvidenceKind
    ref: str
    note: str | None = None
    expected_version: int | None = None


def record_evidence(command: RecordEvidence, work: IncubatorWork) -> dict[str, Any]:
    """An event counts once it was held, a figure once it was recorded, a position once it was published."""
    project = project_for(work, command.project, command.expected_version)
    model = model_for(work, project)
    ref, happened = happening(work, command.kind, command.ref)
    evidence = gates.record_evidence(
        project,
        model,
        criterion=command.criterion,
        shown=gates.show(project, command.kind, ref, happened=happened),
        note=command.note,
        by=work.actor,
        now=work.now,
    )
    return answer_of(project, evidence=evidence)


def happening(work: IncubatorWork, kind: EvidenceKind, ref: str) -> tuple[str, bool]:
    """The id of the event or position behind a reference, where it is known, and whether it counts already."""
    ref = ref.strip()
    if kind is EvidenceKind.EVENT:
        event = work.known_events.named(ref)
        return (str(event.id), event.is_evidence) if event else (ref, False)
    if kind is EvidenceKind.POSITION:
        position = work.known_positions.named(ref)
        return (str(position.id), True) if position else (ref, False)
    return ref, False
