"""Take an offered seat, or decline it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import registration_with_seats
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class AnswerOffer:
    registration: UUID
    accept: bool


def answer_offer(command: AnswerOffer, work: EventsWork) -> dict[str, Any]:
    """A declined seat is offered to who waits next."""
    registration, seats = registration_with_seats(work, command.registration)
    seats.answer_offer(registration, command.accept)
    return {"id": registration.id, "event": seats.event.id, "version": seats.event.version}
