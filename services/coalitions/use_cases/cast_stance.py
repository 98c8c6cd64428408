"""Cast a member's stance in the open ballot of a position."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.coalitions.domain.tally import StanceValue
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class CastStance:
    """``amendment`` names an item of the ballot (left out: the text itself); ``pids`` what a BLOCK is about.

    ``organisation`` may be a member that entrusted yours with its stance in this ballot.
    """

    position: UUID
    stance: StanceValue
    reason: str | None = None
    organisation: UUID | None = None
    amendment: UUID | None = None
    pids: list[str] = field(default_factory=list)
    expected_version: int | None = None


def cast_stance(command: CastStance, work: CoalitionsWork) -> dict[str, Any]:
    """The last stance of any active mandate is the organisation's; all are kept."""
    held = position_in_hand(work, command.position, command.expected_version)
    person = person_asking(work)
    organisation, holder = held.ballot_voice(command.organisation)
    stance = held.position.cast_stance(
        organisation=organisation,
        holder=holder,
        person=person,
        value=command.stance,
        reason=command.reason,
        amendment=command.amendment,
        pids=command.pids,
        coalition=held.coalition,
        now=held.now,
    )
    return {**held.answer, "ballot": stance.ballot, "stance": stance.id}
