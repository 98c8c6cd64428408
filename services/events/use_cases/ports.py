"""What the use cases need of the outside: where gatherings, registrations and what is known of others are found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.events.domain.event import Event
from services.events.domain.registration import Registration, Registrations


class Events(Protocol):
    """Gatherings; what is read is locked until the transaction ends."""

    def get(self, identity: UUID) -> Event:
        """The gathering with this id, or NOT_FOUND."""

    def find(self, **equals: Any) -> Event | None:
        """The one gathering with these values."""

    def add(self, thing: Event) -> None:
        """Keep a new gathering."""

    def free_slug(self, name: str) -> str:
        """A slug that nobody has yet."""

    def recorded_as(self, references: Sequence[str]) -> dict[str, Event]:
        """Gatherings recorded under these references."""

    def to_come_for(self, project: UUID, now: datetime) -> Sequence[Event]:
        """A project's hold-ups that are drafted, announced or postponed and have not begun."""

    def with_lapsed_offers(self, now: datetime, most: int) -> Sequence[Event]:
        """Gatherings with an offer whose time is over; those that another instance works on are left to it."""

    def with_unreconfirmed(self, now: datetime, most: int) -> Sequence[Event]:
        """Announced gatherings whose new date somebody did not reconfirm in time; idem."""

    def keeping_too_long(self, needs_before: datetime, answers_before: datetime, most: int) -> Sequence[Event]:
        """Gatherings that ended before those instants and still hold needs, or answers, of participants; idem."""

    def of_participant(self, person: UUID) -> Sequence[Event]:
        """Gatherings that a person is or was registered for."""

    def ended(self, now: datetime, most: int) -> Sequence[Event]:
        """Announced gatherings whose end has passed; idem."""

    def settled(self, held_before: datetime, most: int) -> Sequence[Event]:
        """Held gatherings whose attendance is settled; idem."""


class StoredRegistrations(Registrations, Protocol):
    """Registrations, also of gatherings that are not loaded yet."""

    def event_of(self, identity: UUID) -> UUID:
        """The gathering that a registration is for, or NOT_FOUND. Lock that one before reading the registration."""

    def of_person(self, event: UUID, person: UUID) -> Sequence[Registration]:
        """All of one person's registrations for a gathering, whatever became of them."""

    def forget_needs(self, event: UUID) -> int:
        """Delete what participants of a gathering need. Answers of how many it was."""

    def forget_answers(self, event: UUID) -> int:
        """Delete what participants of a gathering answered. Answers of how many it was."""


class Private(Protocol):
    """What a person keeps here for themselves; no gathering changes with it, so no fact tells of it."""

    def open_calendar(self, person: UUID, token_hash: str, now: datetime) -> None:
        """Give a person's own calendar this address, in place of any earlier one."""

    def close_calendar(self, person: UUID) -> bool:
        """Take the address of a person's own calendar away. Answers whether there was one."""

    def choose_notices(self, person: UUID, unwanted: Sequence[str]) -> None:
        """Keep what a person does not want to be told."""

    def unsubscribe(self, token: str, topic: str) -> UUID | None:
        """Take a topic out of what the person with this token is told. Answers who that is; None for nobody."""

    def erase(self, person: UUID) -> dict[str, int]:
        """Delete calendar address, choices, notices and the name in the history. Answers how many of each."""

    def public_roles_of(self, person: UUID) -> dict[str, int]:
        """In how many gatherings a person stands as organiser and as facilitator."""


class Notices(Protocol):
    """Letters to write. Those that follow from a fact are made with it; the storage sees to that."""

    def write_reminders(self, now: datetime) -> int:
        """Make those that are due because time has passed. Answers how many."""

    def claim(self, now: datetime) -> list[dict[str, Any]]:
        """Take letters whose turn it is, with what they need to be written; what is true no more is dropped."""

    def sent(self, identity: UUID, now: datetime) -> None:
        """It left."""

    def failed(self, identity: UUID, now: datetime, error: str, *, for_good: bool) -> None:
        """It did not leave; it is tried again unless that cannot help."""


class Neighbours(Protocol):
    """What this service remembers of projects and coalitions from the others' facts."""

    def remember_project(
        self,
        project: UUID,
        *,
        slug: str,
        name: str,
        visibility: str,
        themes: Sequence[str],
        city: str | None,
        founders: Sequence[UUID],
    ) -> None:
        """Keep or replace what is known of a project."""

    def project_card(self, project: UUID) -> dict[str, Any] | None:
        """What is known of a project: ``{slug, name, visibility, themes, city}``."""

    def remember_coalition(self, coalition: UUID, *, slug: str, name: str, convener: UUID | None) -> None:
        """Keep or replace what is known of a coalition."""


class Cause(Protocol):
    """The fact that is being reacted to."""

    @property
    def id(self) -> UUID:
        """Its id."""

    @property
    def type(self) -> str:
        """Its type."""

    @property
    def subject(self) -> str:
        """What it is about."""


class EventsWork(Protocol):
    """One transaction of the events service."""

    actor: Actor
    now: datetime
    correlation_id: str
    events: Events
    registrations: StoredRegistrations
    neighbours: Neighbours
    private: Private
    notices: Notices

    @property
    def cause(self) -> Cause | None:
        """The fact that is being reacted to."""

    def expect(self, thing: Aggregate, version: int | None) -> None:
        """Refuse with STALE_VERSION when the caller looked at an older version."""

    def attempt(self) -> AbstractContextManager[None]:
        """One item of a batch, undone alone when it is refused."""

    def put_stand_in(self, person: UUID) -> Counter[str]:
        """Put a nameless id in a person's place wherever they stand. Answers how many rows of each table had it."""

    def tell_of(self, thing: Aggregate) -> None:
        """Let a thing that is not stored here tell its facts."""
