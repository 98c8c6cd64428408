"""Decide over an amendment as an editor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.coalitions.domain.amendment import Decision
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class DecideAmendment:
    """``resolved`` names accepted amendments of the same paragraph whose collision with this one is settled."""

    position: UUID
    amendment: UUID
    decision: Decision
    reason: str
    modified_text: str | None = None
    resolved: list[UUID] = field(default_factory=list)
    expected_version: int | None = None


def decide_amendment(command: DecideAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """SUBMITTED -> ACCEPTED | ACCEPTED_MODIFIED | REJECTED (and TO_VOTE, with enough co-sponsors)."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.decide_amendment(
        command.amendment,
        command.decision,
        reason=command.reason,
        modified_text=command.modified_text,
        resolved=command.resolved,
        coalition=held.coalition,
        speaks_for=held.speaks_for,
        by=work.actor,
        now=held.now,
    )
    return {**held.answer, "amendment": command.amendment}
