"""Close the amendments whose time is over."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def close_due_amendments(work: CoalitionsWork) -> int:
    """How many positions went into CONSOLIDATION in this round."""
    due = work.positions.amendments_due(AT_A_TIME)
    for position in due:
        position.consolidate(work.coalitions.look(position.coalition), by=work.actor, now=work.clock())
    return len(due)
