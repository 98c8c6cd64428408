"""What a gate asks for, what is there to show for it, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import Blocker, BrokenRule, refuse_unless
from services.incubator.domain.guards import Guard, pass_or_refuse
from services.incubator.domain.parts import Evidence
from services.incubator.domain.project import Project
from services.incubator.domain.requirements import in_state, team_only
from services.incubator.domain.stage_model import Criterion, Stage, StageModel
from services.incubator.domain.states import RUNNING, EvidenceKind
from services.incubator.facts import ProjectEvidenceRecorded

ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class CriterionState:
    """A criterion with the evidence given for it; met when one piece of it counts."""

    criterion: Criterion
    evidence: tuple[Evidence, ...]

    @property
    def met(self) -> bool:
        return any(piece.counted_at is not None for piece in self.evidence)


@dataclass(frozen=True, kw_only=True)
class GateState:
    """The gate from a stage to the next, criterion by criterion."""

    from_stage: str
    to_stage: str
    criteria: tuple[CriterionState, ...]

    @property
    def unmet(self) -> tuple[Criterion, ...]:
        """The mandatory criteria without evidence that counts."""
        return tuple(state.criterion for state in self.criteria if state.criterion.mandatory and not state.met)

    @property
    def met(self) -> bool:
        return not self.unmet


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What somebody shows, and whether it counts already."""

    kind: EvidenceKind
    ref: str
    counts: bool


def show(project: Project, kind: EvidenceKind, ref: str, *, happened: bool) -> Shown:
    """Weigh what is shown. ``happened``: for an event that it was held, for a position that it was published.

    A figure counts once the project has recorded one of that indicator; a document and an address count at once.
    """
    ref = ref.strip()
    refuse_unless(bool(ref), "VALIDATION", "evidence.ref_missing", "Say where the evidence is.", field="ref")
    refuse_unless(
        kind is not EvidenceKind.URL or ADDRESS.fullmatch(ref) is not None, "VALIDATION", "evidence.no_address",
        "A web address begins with http:// or https://.", field="ref",
    )  # fmt: skip
    if kind is EvidenceKind.METRIC:
        return Shown(kind=kind, ref=ref, counts=any(ref in (str(one.id), one.indicator) for one in project.metrics))
    return Shown(kind=kind, ref=ref, counts=happened or kind not in (EvidenceKind.EVENT, EvidenceKind.POSITION))


def gate_of(project: Project, model: StageModel) -> GateState | None:
    """The gate to the next stage, or None in the last."""
    stage, following = model.stage(project.stage), model.next_after(project.stage)
    return _gate(project, stage, following.code) if following else None


def unmet_between(project: Project, model: StageModel, to: str) -> tuple[Criterion, ...]:
    """The mandatory criteria without evidence of all gates from here to ``to``."""
    return tuple(c for stage in model.between(project.stage, to) for c in _gate(project, stage, to).unmet)


def obstacles_at_gate(project: Project, model: StageModel) -> Guard:
    """One refusal that names every criterion that is not met."""
    gate = gate_of(project, model)
    if gate is None or gate.met:
        return
    codes = ", ".join(criterion.code for criterion in gate.unmet)
    yield BrokenRule(
        "GATE_NOT_MET",
        "project.gate_not_met",
        f"The gate from {gate.from_stage} to {gate.to_stage} is not met: {codes}.",
        blocked_by=tuple(_missing(criterion) for criterion in gate.unmet),
        values={"from": gate.from_stage, "to": gate.to_stage, "criteria": codes},
    )


def record_evidence(
    project: Project,
    model: StageModel,
    *,
    criterion: str,
    shown: Shown,
    note: str | None,
    by: Actor,
    now: datetime,
) -> UUID:
    """Show something for a criterion, of this gate or a later one. An event counts once it was held.

    A figure counts once it was recorded, a position once it was published.
    """
    pass_or_refuse(team_only(project, by))
    pass_or_refuse(in_state(project, RUNNING, "Only a running project gives evidence."))
    asked = model.criterion(criterion)
    refuse_unless(
        shown.kind in asked.evidence_kinds, "VALIDATION", "evidence.kind_not_taken",
        f"{criterion} is shown by {', '.join(asked.evidence_kinds)}.", field="kind",
        criterion=criterion, kinds=", ".join(asked.evidence_kinds),
    )  # fmt: skip
    refuse_unless(
        not any((e.criterion, e.kind, e.ref) == (criterion, shown.kind, shown.ref) for e in project.evidence),
        "DUPLICATE", "evidence.given_already", "This evidence was given already.", field="ref",
    )  # fmt: skip
    return _add(project, criterion, shown.kind, shown.ref, note, by, now, counted=shown.counts).id


def let_count(project: Project, kind: EvidenceKind, names: Collection[str], now: datetime, cause: UUID | None) -> int:
    """Evidence that names this event, position or figure counts from now; how many pieces did."""
    counted = 0
    for piece in project.evidence:
        if piece.kind is kind and piece.ref in names and piece.counted_at is None:
            piece.counted_at, piece.cause = now, cause
            _tell(project, piece)
            counted += 1
    return counted


def meet_by_event(
    project: Project, criteria: Sequence[Criterion], event: UUID, by: Actor, now: datetime, cause: UUID
) -> int:
    """A held event is evidence of these criteria by itself; how many it was given for."""
    given = 0
    for criterion in criteria:
        if not any(e.criterion == criterion.code and e.ref == str(event) for e in project.evidence):
            _add(project, criterion.code, EvidenceKind.EVENT, str(event), None, by, now, counted=True, cause=cause)
            given += 1
    return given


def _add(
    project: Project,
    criterion: str,
    kind: EvidenceKind,
    ref: str,
    note: str | None,
    by: Actor,
    now: datetime,
    *,
    counted: bool,
    cause: UUID | None = None,
) -> Evidence:
    piece = Evidence(
        id=new_id(), criterion=criterion, kind=kind, ref=ref, note=note, recorded_by=by.id, recorded_at=now,
        counted_at=now if counted else None, cause=cause,
    )  # fmt: skip
    project.evidence.append(piece)
    _tell(project, piece)
    return piece


def _tell(project: Project, piece: Evidence) -> None:
    project.record(
        ProjectEvidenceRecorded(
            **project.told, evidence=piece.id, criterion=piece.criterion, kind=piece.kind.value,
            counts=piece.counted_at is not None,
        )
    )  # fmt: skip


def _gate(project: Project, stage: Stage, to: str) -> GateState:
    return GateState(
        from_stage=stage.code,
        to_stage=to,
        criteria=tuple(
            CriterionState(
                criterion=criterion,
                evidence=tuple(piece for piece in project.evidence if piece.criterion == criterion.code),
            )
            for criterion in stage.gate
        ),
    )


def _missing(criterion: Criterion) -> Blocker:
    return Blocker(
        criterion.code,
        f"{criterion.label_en} ({criterion.code}): no evidence counts yet.",
        f"Record evidence of {criterion.code}: {', '.join(criterion.evidence_kinds)}.",
        rule="gate.criterion_missing",
        values={
            "criterion": criterion.code, "label": criterion.label_fr, "kinds": ", ".join(criterion.evidence_kinds),
        },
    )  # fmt: skip
