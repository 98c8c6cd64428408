"""Make a position of its own of a rejected amendment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.domain.position_parts import PositionKind
from services.coalitions.use_cases.editors import named_editors
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class PromoteAmendment:
    """``title`` is the new position's."""

    position: UUID
    amendment: UUID
    title: str
    organisation: UUID | None = None
    expected_version: int | None = None


def promote_amendment(command: PromoteAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """REJECTED | TO_VOTE -> PROMOTED, by its proposer within 30 days; the new position is a draft of its words."""
    held = position_in_hand(work, command.position, command.expected_version)
    person, organisation = person_asking(work), held.voice(command.organisation)
    older = held.position
    amendment = older.amendment(command.amendment)
    older.may_promote(amendment, organisation, held.now)
    successor = Position.draft(
        held.coalition,
        slug=work.positions.free_slug(command.title),
        kind=PositionKind(older.position_kind),
        decision_class=DecisionClass(older.decision_class),
        title=command.title,
        themes=older.themes,
        paragraphs=[amendment.new_text] if amendment.new_text else [],
        no_evidence_reason=amendment.rationale,
        language=older.language,
        editors=named_editors([person], held.coalition, work),
        by=work.actor,
        now=held.now,
    )
    work.positions.add(successor)
    older.promote(amendment.id, organisation, successor.id, by=work.actor, now=held.now)
    return {**held.answer, "amendment": amendment.id, "successor": successor.id, "slug": successor.slug}
