"""Say that a gathering's new date suits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ReconfirmRegistration:
    registration: UUID


def reconfirm_registration(command: ReconfirmRegistration, work: EventsWork) -> dict[str, Any]:
    """The seat, or the place in the line, is kept."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.reconfirm(registration)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
