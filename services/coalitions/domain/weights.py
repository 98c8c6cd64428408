"""What an organisation counts for: its weight, held to a quarter of the eligible total."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from uuid import UUID

from services.coalitions.domain.numbers import COALITION


def counted_weights(weights: Mapping[UUID, int]) -> dict[UUID, Fraction]:
    """The weights that count, exact: none is more than 25 % of their sum, from four organisations on.

    Heavier organisations are brought down to one common cap ``c`` such that ``c`` is exactly a quarter of the sum
    of what then counts; lighter ones keep their weight. Below four organisations the cap cannot hold and is not asked.
    """
    whole = {organisation: Fraction(weight) for organisation, weight in weights.items()}
    if len(whole) < COALITION.share_capped_from:
        return whole
    share = Fraction(COALITION.share_at_most, 100)
    heaviest_first = sorted(whole.values(), reverse=True)
    for capped in range(len(heaviest_first)):
        cap = heaviest_first[0] if capped == 0 else share * sum(heaviest_first[capped:]) / (1 - capped * share)
        counted = {organisation: min(weight, cap) for organisation, weight in whole.items()}
        if max(counted.values()) <= share * sum(counted.values()):
            return counted
    raise AssertionError("from four organisations on a cap always exists")
