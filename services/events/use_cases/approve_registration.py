"""Let somebody in whose registration waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ApproveRegistration:
    registration: UUID


def approve_registration(command: ApproveRegistration, work: EventsWork) -> dict[str, Any]:
    """A seat if one is free, else a place in the line."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.approve(registration)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
