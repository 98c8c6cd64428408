"""Give a gathering a new time or place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain.values import Place, Span
from services.events.domain.vocabulary import EventMode, EventState
from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class RescheduleEvent:
    """What is left out stays; without ``ends_at`` it lasts as long as before."""

    event: UUID
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    timezone: str | None = None
    place: Place | None = None
    mode: EventMode | None = None
    expected_version: int | None = None


def reschedule_event(command: RescheduleEvent, work: EventsWork) -> dict[str, Any]:
    """A postponed gathering is announced again with its new date."""
    event = visible_event(work, command.event, command.expected_version)
    postponed = event.state == EventState.POSTPONED
    starts_at = command.starts_at or event.starts_at
    ends_at = command.ends_at or starts_at + (event.ends_at - event.starts_at)
    event.reschedule(
        Span(starts_at=starts_at, ends_at=ends_at, timezone=command.timezone or event.timezone, all_day=event.all_day),
        command.place or event.place,
        command.mode or event.mode,
        by=work.actor,
        now=work.now,
    )
    seats = seats_of(work, event)
    if postponed:
        seats.ask_to_reconfirm()
    seats.promote()
    return {"id": event.id, "version": event.version, "slug": event.slug}
