"""Say something else about a gathering."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from services.events.domain.description import Description
from services.events.domain.values import Accessibility, AgendaItem, Challenge, checked_challenge, checked_questions
from services.events.domain.vocabulary import Visibility
from services.events.use_cases.looking_up import visible_event
from services.events.use_cases.ports import EventsWork


@dataclass(frozen=True, kw_only=True)
class EditEvent:
    """What is left out or null stays as it is; an empty text or list empties."""

    event: UUID
    title: str | None = None
    description: str | None = None
    themes: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    website: str | None = None
    visibility: Visibility | None = None
    accessibility: Accessibility | None = None
    agenda: tuple[AgendaItem, ...] | None = None
    challenge: Challenge | None = None
    organisers: tuple[UUID, ...] | None = None
    facilitators: tuple[UUID, ...] | None = None
    online_url: str | None = None
    min_participants: int | None = None
    waiting_list: bool | None = None
    approval_required: bool | None = None
    registration_opens_at: datetime | None = None
    registration_closes_at: datetime | None = None
    questions: tuple[str, ...] | None = None
    expected_version: int | None = None


#: Fields that the description checks and tidies, and those that only find the gathering.
DESCRIBED = frozenset(one.name for one in fields(Description))
NOT_CONTENT = frozenset({"event", "expected_version"})


def edit_event(command: EditEvent, work: EventsWork) -> dict[str, Any]:
    """Change what was given."""
    event = visible_event(work, command.event, command.expected_version)
    given = {one.name: getattr(command, one.name) for one in fields(command) if one.name not in NOT_CONTENT}
    changes = Description(**{name: given[name] for name in DESCRIBED}).given()
    changes |= {name: value for name, value in given.items() if value is not None and name not in DESCRIBED}
    if command.questions is not None:
        changes["questions"] = checked_questions(command.questions)
    checked_challenge(command.challenge)
    event.edit(changes, by=work.actor, now=work.now)
    return {"id": event.id, "version": event.version, "slug": event.slug}
