"""Gatherings of elsewhere, entered from a list: past and to come, each once however often it comes."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import derived_id
from services.events import facts
from services.events.domain.description import Description
from services.events.domain.event import Event
from services.events.domain.numbers import ATTENDANCE
from services.events.domain.values import Place, Span
from services.events.domain.vocabulary import EventKind, EventMode, EventState

#: Names the ids of recorded gatherings (RFC 9562, version 5), so that their calendar entries keep their UID for ever.
RECORDED = UUID("5f0c8d2e-6a55-5c1b-9b0e-5d7a2f1c4e90")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One line of a list: what it says of a gathering. ``reference`` is its name in the list, for ever the same."""

    reference: str
    event_kind: EventKind
    title: str
    description: Description
    span: Span
    mode: EventMode
    city: str | None = None
    country: str | None = None

    @property
    def id(self) -> UUID:
        return derived_id(RECORDED, self.reference)

    @property
    def place(self) -> Place | None:
        """Where it is; an online gathering has no place."""
        if self.mode == EventMode.ONLINE or not (self.city or self.country):
            return None
        return Place(city=self.city, country=self.country)

    def notes(self) -> list[str]:
        """What was not taken as it was said, in words."""
        notes = []
        if self.mode == EventMode.ONLINE and (self.city or self.country):
            notes.append("The place is left out: it is held online.")
        if self.mode == EventMode.ONSITE and not self.city:
            notes.append("It has no city.")
        return notes


def record(line: Recorded, *, slug: str, by: Actor, now: datetime) -> Event:
    """A gathering that a list tells of, in the state that it has by its dates."""
    given = line.description.given()
    event = Event(
        id=line.id,
        slug=slug,
        event_kind=line.event_kind,
        starts_at=line.span.starts_at,
        ends_at=line.span.ends_at,
        reference=line.reference,
        waiting_list=False,
        created_at=now,
        changed_at=now,
        **given,
    )
    _place(event, line)
    event.moved(None, EventState.PUBLISHED, by=by, at=now, rule="event.recorded")
    event.state = EventState.PUBLISHED
    _pass(event, by, now)
    _tell(event, line)
    return event


def record_again(event: Event, line: Recorded, *, by: Actor, now: datetime) -> bool:
    """Take over what a list says differently now. Answers whether anything changed.

    Themes are only ever added, and what a line does not say is kept: lists name one gathering under several themes.
    """
    before = _shown(event)
    for name, value in line.description.given().items():
        setattr(event, name, tuple(dict.fromkeys((*event.themes, *value))) if name == "themes" else value)
    _place(event, line)
    if _shown(event) == before:
        return False
    event.changed_at = now
    if (event.starts_at, event.ends_at, event.place) != (before["starts_at"], before["ends_at"], before["place"]):
        event.calendar_sequence += 1
    _pass(event, by, now)
    _tell(event, line)
    return True


def _place(event: Event, line: Recorded) -> None:
    event.starts_at = line.span.starts_at.astimezone(UTC)
    event.ends_at = line.span.ends_at.astimezone(UTC)
    event.timezone = line.span.timezone
    event.all_day = line.span.all_day
    event.mode = line.mode
    if line.place is not None and event.place is not None:
        event.place = replace(
            event.place, city=line.city or event.place.city, country=line.country or event.place.country
        )
    elif line.place is not None or line.mode == EventMode.ONLINE:
        event.place = line.place


def _pass(event: Event, by: Actor, now: datetime) -> None:
    """What is over was held, and is closed 72 hours after; both stand in the history with their own dates."""
    if event.state == EventState.PUBLISHED and event.ends_at <= now:
        event.state, event.held_at = EventState.HELD, event.ends_at
        event.moved(EventState.PUBLISHED, EventState.HELD, by=by, at=event.ends_at, rule="event.recorded")
    settled_at = event.ends_at + ATTENDANCE.settled_after
    if event.state == EventState.HELD and settled_at <= now:
        event.state = EventState.CLOSED
        event.moved(EventState.HELD, EventState.CLOSED, by=by, at=settled_at, rule="event.recorded")


def _shown(event: Event) -> dict[str, Any]:
    names = [one.name for one in fields(Description)]
    return {name: getattr(event, name) for name in (*names, "starts_at", "ends_at", "timezone", "mode", "place")}


def _tell(event: Event, line: Recorded) -> None:
    event.tell(facts.EventRecorded, reference=line.reference, mode=str(line.mode), website=event.website)
