"""What a gathering is: everything that is known of one, for the rules that judge it. What it does is in event.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Aggregate
from services.events.domain.numbers import EVENTS
from services.events.domain.plan import Plan
from services.events.domain.values import Cause, OutcomeReport, Span
from services.events.domain.vocabulary import EventKind, EventState, Visibility


@dataclass(eq=False, kw_only=True)
class Gathering(Plan, Aggregate):
    """``confirmed`` counts the people who have a seat (whether or not they came), ``offered`` and ``waiting`` those who
    may get one; the counts are kept here, under the lock of this row, so that no command needs to load everybody.
    ``beyond_capacity`` counts walk-ins that an organiser let in although all seats were taken.

    ``suggestion`` is the stable name of what a draft was made from, so that it is made once; ``reference`` that of a
    gathering recorded from a list. ``calendar_sequence`` and ``changed_at`` are SEQUENCE and LAST-MODIFIED of RFC 5545.
    """

    kind: ClassVar[str] = "event"

    id: UUID
    version: int = 0
    slug: str
    event_kind: EventKind
    title: str
    description: str = ""
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    website: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    state: EventState = EventState.DRAFT

    starts_at: datetime
    ends_at: datetime
    timezone: str = EVENTS.timezone
    all_day: bool = False
    time_proposed: bool = False

    need: UUID | None = None
    cause: Cause | None = None
    suggestion: str | None = None
    reference: str | None = None

    confirmed: int = 0
    offered: int = 0
    waiting: int = 0
    attended: int = 0
    beyond_capacity: int = 0

    calendar_sequence: int = 0
    reconfirm_by: datetime | None = None
    held_at: datetime | None = None
    outcome: OutcomeReport | None = None
    created_at: datetime
    changed_at: datetime

    @property
    def span(self) -> Span:
        return Span(starts_at=self.starts_at, ends_at=self.ends_at, timezone=self.timezone, all_day=self.all_day)

    @property
    def minutes(self) -> float:
        return self.span.minutes

    @property
    def free_seats(self) -> int | None:
        """Capacity less confirmed less offered, never below nothing; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.confirmed - self.offered)

    @property
    def has_a_free_seat(self) -> bool:
        return self.free_seats is None or self.free_seats > 0

    @property
    def seats(self) -> dict[str, int | None]:
        """What a subscriber shows: ``{capacity, confirmed, offered, waiting}``."""
        return {
            "capacity": self.capacity,
            "confirmed": self.confirmed,
            "offered": self.offered,
            "waiting": self.waiting,
        }

    @property
    def shown_to(self) -> Visibility:
        """Who may be told of it now: a draft is its organisers' business, or waits for one among who is signed in."""
        if self.state != EventState.DRAFT:
            return self.visibility
        if self.organisers or self.visibility == Visibility.PRIVATE:
            return Visibility.PRIVATE
        return Visibility.NETWORK
