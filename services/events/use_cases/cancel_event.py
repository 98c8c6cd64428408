"""Say that a gathering does not take place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class CancelEvent:
    event: UUID
    reason: str
    expected_version: int | None = None


def cancel_event(command: CancelEvent, work: EventsWork) -> dict[str, Any]:
    """Every open registration is cancelled by the host with it."""
    event = visible_event(work, command.event, command.expected_version)
    event.cancel(reason=command.reason, by=work.actor, now=work.now)
    released = seats_of(work, event).release_everybody()
    return {"id": event.id, "version": event.version, "slug": event.slug, "registrations": released}
