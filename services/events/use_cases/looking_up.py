"""Finding what a command is about, as far as the asker may see it."""

from __future__ import annotations

from uuid import UUID

from services.backbone.rules import not_found
from services.events.domain.event import Event
from services.events.domain.permissions import may_manage, may_see
from services.events.domain.registration import Registration
from services.events.domain.seats import Seats
from services.events.use_cases.ports import EventsWork


def visible_event(work: EventsWork, identity: UUID, version: int | None = None) -> Event:
    """The gathering, locked, if the asker may see it and looked at its present version."""
    event = work.events.get(identity)
    if not may_see(event, work.actor) and not _is_registered(work, event):
        raise not_found("event", identity)
    work.expect(event, version)
    return event


def _is_registered(work: EventsWork, event: Event) -> bool:
    person = work.actor.id
    return person is not None and work.registrations.current_of(event.id, person) is not None


def registration_with_seats(work: EventsWork, identity: UUID) -> tuple[Registration, Seats]:
    """A registration and the seats of its gathering, if it is the asker's own or the asker runs the gathering.

    The gathering is locked before the registration is read, so that what is read stays true.
    """
    event = work.events.get(work.registrations.event_of(identity))
    registration = work.registrations.get(identity)
    if registration.person != work.actor.id and not may_manage(event, work.actor):
        raise not_found("registration", identity)
    return registration, seats_of(work, event)


def seats_of(work: EventsWork, event: Event) -> Seats:
    """The seats of a gathering, for the one who asks now."""
    return Seats(event, work.registrations, work.actor, work.now)
