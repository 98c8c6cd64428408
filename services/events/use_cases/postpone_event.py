"""Say that a gathering's date no longer holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class PostponeEvent:
    event: UUID
    reason: str
    expected_version: int | None = None


def postpone_event(command: PostponeEvent, work: EventsWork) -> dict[str, Any]:
    """Registrations are kept until there is a new date."""
    event = visible_event(work, command.event, command.expected_version)
    event.postpone(reason=command.reason, by=work.actor, now=work.now)
    return {"id": event.id, "version": event.version, "slug": event.slug}
