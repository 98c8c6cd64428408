"""Stages and their gates, as a request gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.incubator.domain.stage_model import ANY_EVIDENCE, Criterion, Stage
from services.incubator.domain.states import EvidenceKind


@dataclass(frozen=True, kw_only=True)
class GivenCriterion:
    """``event_kinds``: kinds of events that meet it by themselves once held."""

    code: str
    label_fr: str
    label_en: str
    mandatory: bool = True
    evidence_kinds: list[EvidenceKind] = field(default_factory=list)
    event_kinds: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class GivenStage:
    """``gate``: what the way out of this stage asks for; nothing, and the way is open to whoever may approve."""

    code: str
    label_fr: str
    label_en: str
    expected_days: int | None = None
    gate: list[GivenCriterion] = field(default_factory=list)


def stages_of(given: Sequence[GivenStage]) -> tuple[Stage, ...]:
    """The stages as the domain keeps them; any evidence is taken where no kind is named."""
    return tuple(
        Stage(
            code=stage.code.strip(),
            label_fr=stage.label_fr,
            label_en=stage.label_en,
            expected_days=stage.expected_days,
            gate=tuple(
                Criterion(
                    code=criterion.code.strip(),
                    label_fr=criterion.label_fr,
                    label_en=criterion.label_en,
                    mandatory=criterion.mandatory,
                    evidence_kinds=tuple(criterion.evidence_kinds) or ANY_EVIDENCE,
                    event_kinds=tuple(criterion.event_kinds),
                )
                for criterion in stage.gate
            ),
        )
        for stage in given
    )
