"""What this service reads of the others' facts: only the fields that it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class ThemeRecorded:
    """``theme`` is its slug."""

    theme: str
    label_fr: str
    label_en: str


@dataclass(frozen=True, kw_only=True)
class EventTold:
    """What every fact about an event carries that concerns a project."""

    event: UUID
    slug: str
    title: str
    visibility: str = "PUBLIC"
    project: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class EventHeld(EventTold):
    kind: str


@dataclass(frozen=True, kw_only=True)
class EventOutcomeReported(EventTold):
    solutions: int = 0
    retained: int = 0


@dataclass(frozen=True, kw_only=True)
class EventCancelled(EventTold):
    pass


@dataclass(frozen=True, kw_only=True)
class EventRescheduled(EventTold):
    starts_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PositionPublished:
    """``cited``: the projects that it quotes; ``recorded``: it was published elsewhere, long ago perhaps."""

    position: UUID
    slug: str
    title: str
    visibility: str = "PUBLIC"
    cited: list[UUID] = field(default_factory=list)
    recorded: bool = False


@dataclass(frozen=True, kw_only=True)
class PositionSignOffOpened(PositionPublished):
    """Adopted, about to be signed; the projects that it quotes may answer."""


@dataclass(frozen=True, kw_only=True)
class SuggestionTold:
    """suggestion.proposed, suggestion.answered, suggestion.expired; ``answer``: ACCEPTED or DISMISSED."""

    project: UUID
    coalition: UUID
    coalition_slug: str
    answer: str | None = None
