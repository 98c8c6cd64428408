"""Sign an adopted position in the name of a member, or decline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.coalitions.domain.signature import SignOffAnswer
from services.coalitions.use_cases.ports import CoalitionsWork
from services.coalitions.use_cases.standing import person_asking, position_in_hand


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """``reservation`` is printed beside the signature; it is given with SIGNED_WITH_RESERVATION only."""

    position: UUID
    answer: SignOffAnswer
    reservation: str | None = None
    organisation: UUID | None = None
    expected_version: int | None = None


def sign_off(command: SignOff, work: CoalitionsWork) -> dict[str, Any]:
    """PENDING -> SIGNED | SIGNED_WITH_RESERVATION | DECLINED."""
    held = position_in_hand(work, command.position, command.expected_version)
    person = person_asking(work)
    held.position.sign_off(
        organisation=held.voice(command.organisation),
        person=person,
        answer=command.answer,
        reservation=command.reservation,
        by=work.actor,
        now=held.now,
    )
    return held.answer
