"""Note that something happened in a coalition; what rests wakes up."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.coalitions.domain.coalition import CoalitionState
from services.coalitions.received import EventTold, SomethingHappened
from services.coalitions.use_cases.keep_event import keep_event
from services.coalitions.use_cases.ports import CoalitionsWork


def note_event_of_coalition(fact: EventTold, work: CoalitionsWork) -> None:
    """An event was held, perhaps for a coalition."""
    keep_event(fact, work)
    if fact.coalition is not None:
        _note(work, fact.coalition)


def note_life_of_coalition(fact: SomethingHappened, work: CoalitionsWork) -> None:
    """A ballot or a position of the coalition moved."""
    _note(work, fact.coalition)


def _note(work: CoalitionsWork, identity: UUID) -> None:
    coalition = work.coalitions.find(id=identity)
    if coalition is None:
        return
    happened: datetime = work.cause.time if work.cause else work.now
    work.activity.note(coalition.id, happened)
    if coalition.state == CoalitionState.DORMANT:
        coalition.wake(by=work.actor, now=work.now)
