"""What organisers settle about a gathering beside its description and its time."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain.values import Accessibility, AgendaItem, Challenge, Place
from services.events.domain.vocabulary import EventMode


@dataclass(eq=False, kw_only=True)
class Plan:
    """Where, with whom, for what and for how many: a gathering has it, and who enters one says it.

    ``capacity`` of None is without limit.
    """

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

    @property
    def settled(self) -> dict[str, Any]:
        """All of it, by its names."""
        return {one.name: getattr(self, one.name) for one in fields(Plan)}
