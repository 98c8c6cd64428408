"""Note what was answered to a delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.coalitions.domain.follow_up import Response
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class NoteResponse:
    position: UUID
    delivery: UUID
    response: Response
    responded_on: date
    expected_version: int | None = None


def note_response(command: NoteResponse, work: CoalitionsWork) -> dict[str, Any]:
    """NONE -> ACKNOWLEDGED | PARTLY_TAKEN_UP | TAKEN_UP | REFUSED, and on."""
    held = position_in_hand(work, command.position, command.expected_version)
    held.position.note_response(
        held.coalition,
        command.delivery,
        command.response,
        responded_on=command.responded_on,
        by=work.actor,
        now=held.now,
    )
    return {**held.answer, "delivery": command.delivery}
