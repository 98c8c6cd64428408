"""Set right who came, after attendance was settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.domain.attendance import Door
from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class CorrectAttendance:
    registration: UUID
    attended: bool


def correct_attendance(command: CorrectAttendance, work: EventsWork) -> dict[str, Any]:
    """By who runs the gathering, within 14 days."""
    registration, seats = registration_with_seats(work, command.registration)
    Door(seats).correct(registration, command.attended)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
