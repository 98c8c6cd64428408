"""Hold the same gathering elsewhere, or at other times."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.events.domain.description import Description
from services.events.domain.event import Event
from services.events.domain.numbers import EVENTS
from services.events.domain.values import Place, Span
from services.events.use_cases.looking_up import visible_event
from services.events.use_cases.ports import EventsWork

#: What a copy does not take over, beside the description and the time.
ITS_OWN: dict[str, Any] = {"online_url": None, "registration_opens_at": None, "registration_closes_at": None}


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One more of the same: without ``ends_at`` it lasts as long; a ``title`` may name the city."""

    starts_at: datetime
    ends_at: datetime | None = None
    timezone: str | None = None
    place: Place | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class CopyEvent:
    event: UUID
    copies: tuple[Copy, ...]


def copy_event(command: CopyEvent, work: EventsWork) -> dict[str, Any]:
    """``{ids}``: drafts in the order asked, run by the same people; all of them are made, or none."""
    event = visible_event(work, command.event)
    event.must_be_run_by(work.actor)
    refuse_unless(
        1 <= len(command.copies) <= EVENTS.most_copies,
        "VALIDATION",
        "event.copies_out_of_bounds",
        f"Between 1 and {EVENTS.most_copies} copies are made at once.",
        field="copies",
        most=EVENTS.most_copies,
    )
    made = [_copied(event, copy, work) for copy in command.copies]
    return {"id": event.id, "version": event.version, "slug": event.slug, "ids": [one.id for one in made]}


def _copied(event: Event, copy: Copy, work: EventsWork) -> Event:
    description = Description(
        title=event.title,
        description=event.description,
        themes=event.themes,
        languages=event.languages,
        website=event.website,
        visibility=event.visibility,
    )
    made = Event.schedule(
        slug=work.events.free_slug(copy.title or event.title),
        event_kind=event.event_kind,
        description=replace(description, title=copy.title or event.title),
        span=Span(
            starts_at=copy.starts_at,
            ends_at=copy.ends_at or copy.starts_at + (event.ends_at - event.starts_at),
            timezone=copy.timezone or event.timezone,
            all_day=event.all_day,
        ),
        by=work.actor,
        now=work.now,
        **event.settled | ITS_OWN | {"place": copy.place or event.place},
    )
    work.events.add(made)
    return made
