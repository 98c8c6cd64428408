"""Take note that a service has erased a person."""

from __future__ import annotations

from services.people.received import ErasedIn
from services.people.use_cases.ports import PeopleWork

#: Who answers an erasure: every service that may hold something of a person.
ANSWERING = frozenset({"incubator", "coalitions", "events", "journal"})


def note_erasure_answer(fact: ErasedIn, work: PeopleWork) -> None:
    """Keep the answer; with the last one the erasure is complete."""
    person = work.persons.get(fact.person)
    answered = work.erasures.answer(fact.request, fact.service, counts=fact.counts, kept=fact.kept, now=work.now)
    if answered == ANSWERING:
        work.erasures.complete(fact.request, work.now)
        person.complete_erasure(fact.request, by=work.actor, now=work.now)
