"""Close the ballots whose time is over."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def close_due_ballots(work: CoalitionsWork) -> int:
    """How many ballots were closed in this round; what another instance closes is left to it."""
    due = work.positions.ballots_due(AT_A_TIME)
    for position in due:
        position.close_ballot(work.coalitions.look(position.coalition), by=work.actor, now=work.clock())
    return len(due)
