"""What the use cases need of the outside: where gatherings, registrations and what is known of others are found."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.aggregate import Aggregate
from services.events.domain.event import Event
from services.events.domain.registration import Registrations


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

    def ended(self, now: datetime, most: int) -> Sequence[Event]:
        """Announced gatherings whose end has passed; idem."""

    def settled(self, held_before: datetime, most: int) -> Sequence[Event]:
        """Held gatherings whose attendance is settled; idem."""


class StoredRegistrations(Registrations, Protocol):
    """Registrations, also of gatherings that are not loaded yet."""

    def event_of(self, identity: UUID) -> UUID:
        """The gathering that a registration is for, or NOT_FOUND. Lock that one before reading the registration."""


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

    @property
    def cause(self) -> Cause | None:
        """The fact that is being reacted to."""

    def expect(self, thing: Aggregate, version: int | None) -> None:
        """Refuse with STALE_VERSION when the caller looked at an older version."""

    def attempt(self) -> AbstractContextManager[None]:
        """One item of a batch, undone alone when it is refused."""
