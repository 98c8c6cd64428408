"""Submit an amendment to a position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.amendment import Operation
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class SubmitAmendment:
    """``pid`` names the paragraph (left out for GLOBAL, and to insert at the top)."""

    position: UUID
    operation: Operation
    rationale: str
    pid: str | None = None
    new_text: str = ""
    organisation: UUID | None = None
    expected_version: int | None = None


def submit_amendment(command: SubmitAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """(new) -> SUBMITTED, in the name of a member."""
    held = position_in_hand(work, command.position, command.expected_version)
    person = person_asking(work)
    amendment = held.position.submit_amendment(
        organisation=held.voice(command.organisation),
        operation=command.operation,
        pid=command.pid,
        new_text=command.new_text,
        rationale=command.rationale,
        by=work.actor,
        person=person,
        now=held.now,
    )
    return {**held.answer, "amendment": amendment.id}
