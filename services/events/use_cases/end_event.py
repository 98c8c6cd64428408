"""Declare a gathering that has begun to be over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class EndEvent:
    event: UUID
    expected_version: int | None = None


def end_event(command: EndEvent, work: EventsWork) -> dict[str, Any]:
    """It was held, even before its planned end; nobody waits for a seat any more."""
    event = visible_event(work, command.event, command.expected_version)
    event.hold(by=work.actor, now=work.now)
    seats_of(work, event).end_the_line()
    return {"id": event.id, "version": event.version, "slug": event.slug}
