"""Let registrations lapse of people who did not say in time that a new date suits them."""

from __future__ import annotations

from services.events.use_cases.looking_up import seats_of
from services.events.use_cases.ports import EventsWork

#: Gatherings worked on in one transaction.
AT_A_TIME = 20


def lapse_unreconfirmed(work: EventsWork) -> int:
    """How many lapsed in this round; called again until none is due."""
    silent = work.events.with_unreconfirmed(work.now, AT_A_TIME)
    return sum(seats_of(work, event).lapse_unreconfirmed() for event in silent)
