"""Let members that did not accept a new charter in time observe."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def end_due_acceptances(work: CoalitionsWork) -> int:
    """How many members became observers in this round."""
    return sum(
        coalition.end_acceptance(by=work.actor, now=work.now)
        for coalition in work.coalitions.with_late_acceptances(work.now, AT_A_TIME)
    )
