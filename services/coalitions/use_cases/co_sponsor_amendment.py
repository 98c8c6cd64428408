"""Support another member's amendment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class CoSponsorAmendment:
    position: UUID
    amendment: UUID
    organisation: UUID | None = None
    expected_version: int | None = None


def co_sponsor_amendment(command: CoSponsorAmendment, work: CoalitionsWork) -> dict[str, Any]:
    """A rejected amendment with enough support goes to the vote."""
    held = position_in_hand(work, command.position, command.expected_version)
    person_asking(work)
    organisation = held.voice(command.organisation)
    held.position.co_sponsor(command.amendment, organisation, held.coalition, by=work.actor, now=held.now)
    return {**held.answer, "amendment": command.amendment}
