"""Let suggestions lapse that nobody answered."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def expire_suggestions(work: CoalitionsWork) -> int:
    """How many suggestions expired in this round."""
    overdue = work.suggestions.overdue(work.now, AT_A_TIME)
    for suggestion in overdue:
        suggestion.expire(by=work.actor, now=work.now)
    return len(overdue)
