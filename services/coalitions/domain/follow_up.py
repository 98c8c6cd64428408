"""What is kept beside a position: replies of quoted projects, evidence that weakened, where it was delivered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.coalitions.domain.evidence import EvidenceKind
from services.coalitions.domain.numbers import POSITION


@dataclass(frozen=True, kw_only=True)
class Reply:
    """The right of a quoted project to reply until ``closes_at``. What it says is kept with the project."""

    project: UUID
    closes_at: datetime
    answered_at: datetime | None = None

    def is_awaited(self, now: datetime) -> bool:
        return self.answered_at is None and now < self.closes_at


def replies_asked(cited: list[UUID], now: datetime) -> list[Reply]:
    """The right of reply of every quoted project."""
    return [Reply(project=project, closes_at=now + POSITION.reply_lasts) for project in dict.fromkeys(cited)]


class Weakness(StrEnum):
    """Why evidence no longer bears what it bore."""

    PROJECT_STOPPED = "PROJECT_STOPPED"
    METRIC_CONTRADICTED = "METRIC_CONTRADICTED"
    EVENT_CANCELLED = "EVENT_CANCELLED"


@dataclass(frozen=True, kw_only=True)
class WeakenedEvidence:
    """``ref`` is the evidence's own reference."""

    kind: EvidenceKind
    ref: str
    reason: Weakness
    at: datetime


class Response(StrEnum):
    """What the one to whom a position was delivered made of it."""

    NONE = "NONE"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    PARTLY_TAKEN_UP = "PARTLY_TAKEN_UP"
    TAKEN_UP = "TAKEN_UP"
    REFUSED = "REFUSED"


@dataclass(eq=False, kw_only=True)
class Delivery:
    """Part of its position: to whom it was sent, what they answered, and what a review found half a year later."""

    id: UUID
    position: UUID
    target: str
    channel: str
    sent_on: date
    response: str = Response.NONE
    responded_on: date | None = None
    review_due_on: date
    review_told_at: datetime | None = None
    review: str | None = None
    reviewed_on: date | None = None
