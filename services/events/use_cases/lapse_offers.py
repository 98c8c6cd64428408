"""Let offers lapse whose time is over, and offer their seats to who waits next."""

from __future__ import annotations

from services.events.use_cases.looking_up import seats_of
from services.events.use_cases.ports import EventsWork

#: Gatherings worked on in one transaction.
AT_A_TIME = 20


def lapse_offers(work: EventsWork) -> int:
    """How many offers lapsed in this round; called again until none is due."""
    return sum(seats_of(work, event).lapse_offers() for event in work.events.with_lapsed_offers(work.now, AT_A_TIME))
