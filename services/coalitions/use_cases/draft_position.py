"""Draft a position in a coalition."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import person_of
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.domain.position_parts import PositionKind
from services.coalitions.use_cases.concerns import checked_concern, checked_predecessor
from services.coalitions.use_cases.editors import named_editors
from services.coalitions.use_cases.evidence import EvidenceGiven, checked_evidence
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import coalition_in_sight


@dataclass(frozen=True, kw_only=True)
class DraftPosition:
    """``editors`` are persons with a mandate in the coalition, beside the one who drafts.

    ``language`` is a tag such as ``fr``. ``concerns``: the position that it retracts, the organisation that it expels,
    the coalition that it closes.
    """

    coalition: UUID
    title: str
    kind: PositionKind = PositionKind.PAPER
    decision_class: DecisionClass = DecisionClass.POLICY
    summary: str = ""
    themes: list[str] | None = None
    paragraphs: list[str] = field(default_factory=list)
    evidence: list[EvidenceGiven] = field(default_factory=list)
    no_evidence_reason: str | None = None
    editors: list[UUID] = field(default_factory=list)
    embargo_until: datetime | None = None
    supersedes: UUID | None = None
    language: str | None = None
    concerns: UUID | None = None


def draft_position(command: DraftPosition, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> DRAFT; who drafts it is its first editor."""
    coalition = coalition_in_sight(work, command.coalition)
    drafter = [] if work.actor.is_system else [person_of(work.actor)]
    position = Position.draft(
        coalition,
        slug=work.positions.free_slug(command.title),
        kind=command.kind,
        decision_class=command.decision_class,
        title=command.title,
        summary=command.summary,
        themes=command.themes,
        paragraphs=command.paragraphs,
        evidence=checked_evidence(command.evidence, work),
        no_evidence_reason=command.no_evidence_reason,
        editors=named_editors([*drafter, *command.editors], coalition, work),
        embargo_until=command.embargo_until,
        supersedes=checked_predecessor(command.supersedes, coalition, work),
        language=command.language,
        concerns=checked_concern(command.concerns, command.decision_class, coalition, work),
        by=work.actor,
        now=work.now,
    )
    work.positions.add(position)
    return {"id": position.id, "version": position.version, "slug": position.slug}
