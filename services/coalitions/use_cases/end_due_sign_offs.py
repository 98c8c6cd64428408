"""End the sign-offs whose time is over."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def end_due_sign_offs(work: CoalitionsWork) -> int:
    """How many sign-offs ended in this round; who was silent has not signed."""
    due = work.positions.sign_offs_due(AT_A_TIME)
    for position in due:
        position.end_sign_off(by=work.actor, now=work.clock())
    return len(due)
