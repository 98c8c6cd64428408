"""Draft a gathering that a fact suggests, once."""

from __future__ import annotations

from datetime import datetime

from services.events.domain.drafts import Draft, proposed_span
from services.events.domain.event import Event
from services.events.domain.values import Cause
from services.events.use_cases.ports import EventsWork


def draft_gathering(draft: Draft, work: EventsWork, *, before: datetime | None = None) -> None:
    """Keep the draft, with the fact that caused it, unless there is one of the same suggestion already."""
    if work.events.find(suggestion=draft.suggestion) is not None:
        return
    cause = Cause(id=work.cause.id, type=work.cause.type, subject=work.cause.subject) if work.cause else None
    event = Event.draft(
        slug=work.events.free_slug(draft.description.title or draft.suggestion),
        event_kind=draft.event_kind,
        description=draft.description,
        span=proposed_span(work.now, before=before),
        suggestion=draft.suggestion,
        cause=cause,
        by=work.actor,
        now=work.now,
        **draft.more,
    )
    work.events.add(event)
