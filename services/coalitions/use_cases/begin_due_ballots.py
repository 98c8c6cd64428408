"""Begin the scheduled ballots whose time has come."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def begin_due_ballots(work: CoalitionsWork) -> int:
    """How many ballots were begun in this round; what another instance begins is left to it."""
    due = work.positions.ballots_to_begin(AT_A_TIME)
    for position in due:
        position.begin_ballot(by=work.actor, now=work.clock())
    return len(due)
