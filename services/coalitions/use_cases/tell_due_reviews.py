"""Say that a delivery's review is due."""

from __future__ import annotations

from services.coalitions.use_cases.ports import CoalitionsWork

#: Handled in one transaction.
AT_A_TIME = 20


def tell_due_reviews(work: CoalitionsWork) -> int:
    """Of how many deliveries it was said in this round."""
    return sum(position.tell_due_reviews(work.now) for position in work.positions.reviews_due(work.now, AT_A_TIME))
