"""Let invitations lapse that nobody took up."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def expire_invitations(work: CoalitionsWork) -> int:
    """How many invitations expired in this round."""
    return sum(
        coalition.expire_invitations(by=work.actor, now=work.now)
        for coalition in work.coalitions.with_late_invitations(work.now, AT_A_TIME)
    )
