"""Close what was held 72 hours ago: who had a seat and was not checked in did not come."""

from __future__ import annotations

from services.events.domain.numbers import ATTENDANCE
from services.events.use_cases.looking_up import seats_of
from services.events.use_cases.ports import EventsWork

#: Gatherings worked on in one transaction.
AT_A_TIME = 20


def close_settled_events(work: EventsWork) -> int:
    """How many were closed in this round; called again until none is due."""
    settled = work.events.settled(work.now - ATTENDANCE.settled_after, AT_A_TIME)
    for event in settled:
        event.close(by=work.actor, now=work.now)
        seats_of(work, event).settle_no_shows()
    return len(settled)
