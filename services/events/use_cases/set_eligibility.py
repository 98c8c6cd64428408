"""Pass a waiting person over when seats are offered, or no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class SetEligibility:
    registration: UUID
    eligible: bool


def set_eligibility(command: SetEligibility, work: EventsWork) -> dict[str, Any]:
    """The place in the line is kept either way."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.set_eligibility(registration, command.eligible)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
