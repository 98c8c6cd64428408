"""Close the consultations whose time is over."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def close_due_consultations(work: CoalitionsWork) -> int:
    """How many consultations were closed in this round."""
    due = work.consultations.due(AT_A_TIME)
    for consultation in due:
        consultation.close(work.coalitions.look(consultation.coalition), by=work.actor, now=work.clock())
    return len(due)
