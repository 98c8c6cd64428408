"""Enter a gathering, as a draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.backbone.rules import refuse_unless
from services.events.domain.description import Description
from services.events.domain.event import Event
from services.events.domain.numbers import EVENTS
from services.events.domain.permissions import may_schedule_for
from services.events.domain.values import (
    Accessibility,
    AgendaItem,
    Challenge,
    Place,
    Span,
    checked_challenge,
    checked_questions,
)
from services.events.domain.vocabulary import EventKind, EventMode, Visibility
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class ScheduleEvent:
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
    mode: EventMode = EventMode.ONSITE
    place: Place | None = None
    online_url: str | None = None
    accessibility: Accessibility = field(default_factory=Accessibility)
    agenda: tuple[AgendaItem, ...] = ()
    organisers: tuple[UUID, ...] = ()
    facilitators: tuple[UUID, ...] = ()
    host_organisation: UUID | None = None
    project: UUID | None = None
    coalition: UUID | None = None
    position: UUID | None = None
    challenge: Challenge | None = None
    capacity: int | None = None
    min_participants: int | None = None
    waiting_list: bool = True
    approval_required: bool = False
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    questions: tuple[str, ...] = ()


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
        mode=command.mode,
        place=command.place,
        online_url=command.online_url,
        accessibility=command.accessibility,
        agenda=command.agenda,
        organisers=command.organisers,
        facilitators=command.facilitators,
        host_organisation=command.host_organisation,
        project=command.project,
        coalition=command.coalition,
        position=command.position,
        challenge=checked_challenge(command.challenge),
        capacity=command.capacity,
        min_participants=command.min_participants,
        waiting_list=command.waiting_list,
        approval_required=command.approval_required,
        registration_opens_at=command.registration_opens_at,
        registration_closes_at=command.registration_closes_at,
        questions=checked_questions(command.questions),
    )
    work.events.add(event)
    return {"id": event.id, "version": event.version, "slug": event.slug}
