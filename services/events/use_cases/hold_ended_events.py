"""A gathering was held once its end has passed."""

from __future__ import annotations

from services.events.use_cases.looking_up import seats_of
from services.events.use_cases.ports import EventsWork

#: Gatherings worked on in one transaction.
AT_A_TIME = 20


def hold_ended_events(work: EventsWork) -> int:
    """How many were held in this round; called again until none is due."""
    ended = work.events.ended(work.now, AT_A_TIME)
    for event in ended:
        event.hold(by=work.actor, now=work.now)
        seats_of(work, event).end_the_line()
    return len(ended)
