"""Become the organiser of a gathering that the network drafted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import person_of
from services.backbone.rules import refuse_unless
from services.events.domain.permissions import may_take_up
from services.events.domain.values import Place, Span
from services.events.domain.vocabulary import EventMode
from services.events.use_cases.looking_up import visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class TakeUpDraft:
    """Without a time the proposed one is kept. Only the network names an ``organiser``; people are their own."""

    event: UUID
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    timezone: str | None = None
    mode: EventMode | None = None
    place: Place | None = None
    online_url: str | None = None
    facilitators: tuple[UUID, ...] | None = None
    capacity: int | None = None
    organiser: UUID | None = None
    expected_version: int | None = None


def take_up_draft(command: TakeUpDraft, work: EventsWork) -> dict[str, Any]:
    """Whoever could have scheduled it may take it up; with that, its time is settled."""
    event = visible_event(work, command.event, command.expected_version)
    refuse_unless(
        may_take_up(event, work.actor),
        "FORBIDDEN",
        "event.not_in_their_name",
        "Only those who belong to a coalition or an organisation bring people together in its name.",
    )
    named = command.organiser if work.actor.is_system else None
    starts_at = command.starts_at or event.starts_at
    span = Span(
        starts_at=starts_at,
        ends_at=command.ends_at or starts_at + (event.ends_at - event.starts_at),
        timezone=command.timezone or event.timezone,
    )
    given = {
        "mode": command.mode,
        "place": command.place,
        "online_url": command.online_url,
        "facilitators": command.facilitators,
        "capacity": command.capacity,
    }
    event.take_up(
        organiser=named or person_of(work.actor),
        span=span,
        by=work.actor,
        now=work.now,
        **{name: value for name, value in given.items() if value is not None},
    )
    return {"id": event.id, "version": event.version, "slug": event.slug}
