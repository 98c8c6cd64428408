"""Give a seat, or a place in the line, back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class CancelRegistration:
    registration: UUID


def cancel_registration(command: CancelRegistration, work: EventsWork) -> dict[str, Any]:
    """What comes free is offered to who waits next."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.cancel(registration)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
