"""Note at the door who came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.events.domain.attendance import Door, Mark
from services.events.use_cases.looking_up import seats_of, visible_event
from services.events.use_cases.ports import EventsWork
from services.events.use_cases.results import as_problem


@dataclass(frozen=True, kw_only=True)
class CheckIn:
    event: UUID
    marks: tuple[Mark, ...]


def check_in(command: CheckIn, work: EventsWork) -> dict[str, Any]:
    """A batch of marks, worked off one by one: ``results [{outcome, registration, problems}]`` in their order."""
    event = visible_event(work, command.event)
    results = Door(seats_of(work, event)).take(command.marks)
    return {
        "id": event.id,
        "version": event.version,
        "results": [
            {
                "outcome": result.outcome,
                "registration": result.registration,
                "problems": [as_problem(result.problem)] if result.problem else [],
            }
            for result in results
        ],
    }
