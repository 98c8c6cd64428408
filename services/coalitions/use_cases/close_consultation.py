"""Close a consultation before its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.consulting import consultation_in_hand
from services.coalitions.use_cases.ports import CoalitionsWork


@dataclass(frozen=True, kw_only=True)
class CloseConsultation:
    consultation: UUID
    expected_version: int | None = None


def close_consultation(command: CloseConsultation, work: CoalitionsWork) -> dict[str, Any]:
    """OPEN -> CLOSED, by the convener."""
    held = consultation_in_hand(work, command.consultation, command.expected_version)
    held.consultation.close(held.coalition, by=work.actor, now=held.now)
    return held.answer
