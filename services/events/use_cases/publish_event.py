"""Announce a gathering."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class PublishEvent:
    event: UUID
    expected_version: int | None = None


def publish_event(command: PublishEvent, work: EventsWork) -> dict[str, Any]:
    """Announce it; seats that came free while it was postponed are offered."""
    event = visible_event(work, command.event, command.expected_version)
    event.publish(by=work.actor, now=work.now)
    seats = seats_of(work, event)
    if event.reconfirm_by is not None:
        seats.ask_to_reconfirm()
    seats.promote()
    return {"id": event.id, "version": event.version, "slug": event.slug}
