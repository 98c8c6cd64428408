"""Let coalitions rest in which nothing has happened for a long time."""

from __future__ import annotations

from services.coalitions.domain.numbers import COALITION
from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def rest_idle_coalitions(work: CoalitionsWork) -> int:
    """How many coalitions became DORMANT in this round."""
    idle = work.coalitions.idle_since(work.now - COALITION.rests_after, AT_A_TIME)
    for coalition in idle:
        coalition.rest(by=work.actor, now=work.now)
    return len(idle)
