"""Enter a gathering, as a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.backbone.rules import refuse_unless
from services.events.domain.description import Description
from services.events.domain.event import Event
from services.events.domain.numbers import EVENTS
from services.events.domain.permissions import may_schedule_for
from services.events.domain.plan import Plan
from services.events.domain.values import Span, checked_challenge, checked_questions
from services.events.domain.vocabulary import EventKind, Visibility
from services.events.use_cases.ports import EventsWork


@dataclass(kw_only=True)
class ScheduleEvent(Plan):
    """``capacity`` of null is without limit, for a hold-up the 12 places that it has by default."""

    kind: EventKind
    title: str
    starts_at: datetime
    ends_at: datetime
    description: str = ""
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("fr",)
    website: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    timezone: str = EVENTS.timezone
    all_day: bool = False


def schedule_event(command: ScheduleEvent, work: EventsWork) -> dict[str, Any]:
    """A draft whose organiser is the one who enters it."""
    refuse_unless(
        may_schedule_for(
            work.actor,
            coalition=command.coalition,
            host_organisation=command.host_organisation,
        ),
        "FORBIDDEN",
        "event.not_in_their_name",
        "Only those who belong to a coalition or an organisation bring people together in its name.",
    )
    checked = {"challenge": checked_challenge(command.challenge), "questions": checked_questions(command.questions)}
    event = Event.schedule(
        slug=work.events.free_slug(command.title),
        event_kind=command.kind,
        description=Description(
            title=command.title,
            description=command.description,
            themes=command.themes,
            languages=command.languages,
            website=command.website,
            visibility=command.visibility,
        ),
        span=Span(
            starts_at=command.starts_at, ends_at=command.ends_at, timezone=command.timezone, all_day=command.all_day
        ),
        by=work.actor,
        now=work.now,
        **command.settled | checked,
    )
    work.events.add(event)
    return {"id": event.id, "version": event.version, "slug": event.slug}
