"""Gatherings and people for the tests of the domain, and the registrations of one kept in a list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.backbone.actor import Actor, ActorKind, Grant
from services.backbone.rules import not_found
from services.events.domain.description import Description
from services.events.domain.event import Event
from services.events.domain.registration import Registration
from services.events.domain.seats import ASKED_TO_RECONFIRM, Seats
from services.events.domain.values import Challenge, Place, Span
from services.events.domain.vocabulary import OPEN, SEATED, ChallengeKind, EventKind, RegistrationState

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
IN_TEN_DAYS = NOW + timedelta(days=10)


def person(*grants: Grant) -> Actor:
    """Somebody who is signed in."""
    return Actor(ActorKind.PERSON, uuid4(), frozenset(grants))


def staff() -> Actor:
    """Somebody on the staff of an incubator."""
    return person(Grant("INCUBATOR_STAFF", f"incubator/{uuid4()}"))


def span(starts_at: datetime = IN_TEN_DAYS, minutes: int = 120) -> Span:
    return Span(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


def meetup(organiser: Actor, *, when: Span | None = None, **more: Any) -> Event:
    """A draft of a meet-up in Lyon."""
    values = {"event_kind": EventKind.MEETUP, "place": Place(city="Lyon")} | more
    return Event.schedule(
        slug="rencontre",
        description=Description(title="Rencontre"),
        span=when or span(),
        by=organiser,
        now=NOW,
        **values,
    )


def hold_up(organiser: Actor, *, when: Span | None = None, **more: Any) -> Event:
    """A draft of a hold-up that lacks nothing."""
    values = {
        "event_kind": EventKind.HOLD_UP,
        "project": uuid4(),
        "challenge": Challenge(kind=ChallengeKind.NAMING, question="Comment nommer la maison ?"),
        "facilitators": (uuid4(),),
    } | more
    return meetup(organiser, when=when, **values)


def published(event: Event, organiser: Actor, now: datetime = NOW) -> Event:
    event.publish(by=organiser, now=now)
    return event


class ListedRegistrations:
    """The registrations of gatherings, in memory."""

    def __init__(self) -> None:
        self.all: list[Registration] = []

    def add(self, registration: Registration) -> None:
        self.all.append(registration)

    def get(self, identity: UUID) -> Registration:
        found = next((one for one in self.all if one.id == identity), None)
        if found is None:
            raise not_found("registration", identity)
        return found

    def current_of(self, event: UUID, person: UUID) -> Registration | None:
        mine = (one for one in self.all if one.event == event and one.person == person)
        return next((one for one in mine if one.state in OPEN | SEATED), None)

    def named(self, event: UUID, identities: Collection[UUID], persons: Collection[UUID]) -> list[Registration]:
        return [
            one
            for one in self.all
            if one.event == event and (one.id in identities or (one.person in persons and one.state in OPEN | SEATED))
        ]

    def next_waiting(self, event: UUID, most: int | None) -> list[Registration]:
        waiting = self.those(event, RegistrationState.WAITLISTED)
        return sorted((one for one in waiting if one.eligible), key=lambda one: one.place_in_line or 0)[:most]

    def lapsed_offers(self, event: UUID, now: datetime) -> list[Registration]:
        offered = self.those(event, RegistrationState.OFFERED)
        return [one for one in offered if one.offer_expires_at is not None and one.offer_expires_at <= now]

    def unreconfirmed(self, event: UUID, now: datetime) -> list[Registration]:
        asked = self.those(event, *ASKED_TO_RECONFIRM)
        return [one for one in asked if one.reconfirm_by is not None and one.reconfirm_by <= now]

    def event_of(self, identity: UUID) -> UUID:
        return self.get(identity).event

    def checked_in(self, event: UUID) -> list[Registration]:
        return self.those(event, RegistrationState.ATTENDED)

    def open_of(self, event: UUID) -> list[Registration]:
        return self.those(event, *OPEN)

    def those(self, event: UUID, *states: RegistrationState) -> list[Registration]:
        return [one for one in self.all if one.event == event and one.state in states]


def seats_of(event: Event, registrations: ListedRegistrations, by: Actor, now: datetime = NOW) -> Seats:
    return Seats(event, registrations, by, now)
