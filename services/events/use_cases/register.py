"""Take a seat, or a place in the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.actor import person_of
from services.events.domain.values import Answer
from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class Register:
    """People register themselves; who runs the gathering may name another ``person``.

    ``needs`` is what the person needs to take part, ``answers`` what the organisers asked; both are deleted in time.
    """

    event: UUID
    person: UUID | None = None
    needs: str | None = None
    answers: tuple[Answer, ...] = ()


def register(command: Register, work: EventsWork) -> dict[str, Any]:
    """One registration at a time for a person and a gathering."""
    event = visible_event(work, command.event)
    registration = seats_of(work, event).register(
        command.person or person_of(work.actor), needs=command.needs, answers=command.answers
    )
    return {"id": registration.id, "event": event.id, "version": event.version, "state": registration.state}
