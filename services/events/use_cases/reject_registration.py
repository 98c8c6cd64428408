"""Turn down a registration that waits for approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class RejectRegistration:
    registration: UUID
    reason: str


def reject_registration(command: RejectRegistration, work: EventsWork) -> dict[str, Any]:
    """With a reason, which the history keeps."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.reject(registration, command.reason)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
