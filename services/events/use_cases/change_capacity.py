"""Have more or fewer places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ChangeCapacity:
    """``capacity`` of null is without limit."""

    event: UUID
    capacity: int | None
    expected_version: int | None = None


def change_capacity(command: ChangeCapacity, work: EventsWork) -> dict[str, Any]:
    """More places are offered to those who wait."""
    event = visible_event(work, command.event, command.expected_version)
    seats_of(work, event).change_capacity(command.capacity)
    return {"id": event.id, "version": event.version, "slug": event.slug}
