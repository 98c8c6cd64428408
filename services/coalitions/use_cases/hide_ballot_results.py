"""Hide the count of a ballot until it closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import position_in_hand


@dataclass(frozen=True, kw_only=True)
class HideBallotResults:
    position: UUID
    expected_version: int | None = None


def hide_ballot_results(command: HideBallotResults, work: CoalitionsWork) -> dict[str, Any]:
    """Tightened, never loosened: no command shows what a ballot hides."""
    held = position_in_hand(work, command.position, command.expected_version)
    ballot = held.position.hide_ballot_results(held.coalition, by=work.actor, now=held.now)
    return {**held.answer, "ballot": ballot.id}
