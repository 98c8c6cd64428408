"""Erase what this service holds about the one who asks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.backbone.actor import SYSTEM, person_of
from services.backbone.identifiers import new_id
from services.events import facts
from services.events.domain.event import Event
from services.events.domain.seats import Seats
from services.events.domain.vocabulary import OPEN, EventState
from services.events.use_cases.ports import EventsWork

#: Gatherings in which an open registration can still be given back.
BEFORE = frozenset({EventState.PUBLISHED, EventState.POSTPONED})


@dataclass(frozen=True, kw_only=True)
class EraseMyData:
    """Nothing else is asked."""


def erase_my_data(command: EraseMyData, work: EventsWork) -> dict[str, Any]:
    """``{counts, kept}``. Registrations to come are given back; those of the past count on, and name nobody.

    Who organises or facilitates a gathering stands by it in public and stays there until somebody else does.
    """
    person = person_of(work.actor)
    return {"counts": erase_participation(person, work), "kept": work.private.public_roles_of(person)}


def erase_participation(person: UUID, work: EventsWork) -> Counter[str]:
    """Erase that a person takes part in gatherings, and what they keep here for themselves; how many of each."""
    counts: Counter[str] = Counter(registrations=0, needs=0, answers=0)
    for event in work.events.of_participant(person):
        counts.update(_forget_in(event, person, work))
    counts.update(work.private.erase(person))
    return counts


def _forget_in(event: Event, person: UUID, work: EventsWork) -> Counter[str]:
    # In the network's name: the history of giving the seat back must not name who is being erased.
    seats = Seats(event, work.registrations, SYSTEM, work.now)
    theirs = work.registrations.of_person(event.id, person)
    told = {
        "registrations": len(theirs),
        "needs": sum(one.needs is not None for one in theirs),
        "answers": sum(bool(one.answers) for one in theirs),
    }
    for registration in theirs:
        if event.state in BEFORE and registration.state in OPEN:
            seats.cancel(registration)
        registration.person = new_id()
        registration.needs, registration.answers = None, ()
    event.tell(facts.ParticipantDataErased, cause_code="REQUEST", **told)
    return Counter(told)
