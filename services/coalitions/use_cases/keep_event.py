"""Keep what the events service tells of gatherings: positions may stand on them."""

from __future__ import annotations

from services.coalitions.received import EventTold
from services.coalitions.use_cases.ports import CoalitionsWork


def keep_event(fact: EventTold, work: CoalitionsWork) -> None:
    """The gathering as it is from now on."""
    work.events.keep(fact.event, state=fact.state, visibility=fact.visibility)
