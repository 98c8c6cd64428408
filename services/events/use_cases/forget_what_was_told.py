"""Delete in time what participants told: needs 30 days after the end, other answers 90 days after (rule 8)."""

from __future__ import annotations

from services.events import facts
from services.events.domain.event import Event
from services.events.domain.numbers import KEEPING
from services.events.use_cases.ports import EventsWork

#: Gatherings worked on in one transaction.
AT_A_TIME = 20


def forget_what_was_told(work: EventsWork) -> int:
    """How many gatherings were worked on in this round; called again until none is due."""
    due = work.events.keeping_too_long(work.now - KEEPING.needs, work.now - KEEPING.answers, AT_A_TIME)
    for event in due:
        _forget(event, work)
    return len(due)


def _forget(event: Event, work: EventsWork) -> None:
    needs_are_over = event.ends_at + KEEPING.needs <= work.now
    answers_are_over = event.ends_at + KEEPING.answers <= work.now
    event.tell(
        facts.ParticipantDataErased,
        cause_code="AGE",
        needs=work.registrations.forget_needs(event.id) if needs_are_over else 0,
        answers=work.registrations.forget_answers(event.id) if answers_are_over else 0,
        registrations=0,
    )
