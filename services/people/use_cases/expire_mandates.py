"""End the mandates whose last day is over."""

from __future__ import annotations

from services.people.use_cases.ports import PeopleWork

#: Mandates ended in one transaction.
AT_A_TIME = 100


def expire_mandates(work: PeopleWork) -> int:
    """How many ended in this round; called again until none is left."""
    over = work.mandates.over_by(work.now.date(), AT_A_TIME)
    for mandate in over:
        mandate.expire(by=work.actor, now=work.now)
    return len(over)
