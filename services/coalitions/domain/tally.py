"""Counting stances: from what organisations said to what is decided. Exact, without a float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from services.coalitions.domain.policy import DecisionRule, Method
from services.coalitions.domain.weights import counted_weights


class StanceValue(StrEnum):
    AGREE = "AGREE"
    ABSTAIN = "ABSTAIN"
    DISAGREE = "DISAGREE"
    BLOCK = "BLOCK"


#: Stances that must say why.
REASONED = frozenset({StanceValue.DISAGREE, StanceValue.BLOCK})


class Verdict(StrEnum):
    """What a count says, before the rounds that came earlier are looked at."""

    CARRIED = "CARRIED"
    QUORUM_MISSED = "QUORUM_MISSED"
    CONSENT_FAILED = "CONSENT_FAILED"
    THRESHOLD_MISSED = "THRESHOLD_MISSED"


@dataclass(frozen=True)
class Tally:
    """Heads and weights by stance, and the eligible totals. Weights are exact."""

    heads: Mapping[str, int]
    weights: Mapping[str, Fraction]
    eligible_heads: int
    eligible_weight: Fraction

    @property
    def voted_weight(self) -> Fraction:
        return sum(self.weights.values(), Fraction(0))

    def quorum_reached(self, quorum: int | None) -> bool:
        """Weight with a stance, abstentions too, against the eligible weight."""
        return quorum is None or (self.eligible_weight > 0 and self.voted_weight * 100 >= quorum * self.eligible_weight)

    def majority_reached(self, threshold: int) -> bool:
        """Agree / (agree + disagree + block): more than 50, or at least any other threshold."""
        agree = self.weights[StanceValue.AGREE]
        cast = agree + self.weights[StanceValue.DISAGREE] + self.weights[StanceValue.BLOCK]
        if cast == 0:
            return False
        return agree * 100 > threshold * cast if threshold == 50 else agree * 100 >= threshold * cast

    def passes_in_silence(self, per_cent: int) -> bool:
        """Objecting organisations, at most that share of the eligible ones, rounded down."""
        objections = self.heads[StanceValue.DISAGREE] + self.heads[StanceValue.BLOCK]
        return objections <= self.eligible_heads * per_cent // 100

    @property
    def consented(self) -> bool:
        """No block stands, and somebody agrees: all abstaining adopts nothing."""
        return self.heads[StanceValue.BLOCK] == 0 and self.heads[StanceValue.AGREE] > 0


def count(stances: Mapping[UUID, str], weights: Mapping[UUID, int]) -> Tally:
    """Count the stances of the organisations that are eligible; others do not exist for the count."""
    counted = counted_weights(weights)
    heads = {value.value: 0 for value in StanceValue}
    sums = {value.value: Fraction(0) for value in StanceValue}
    for organisation, value in stances.items():
        if organisation in counted:
            heads[value] += 1
            sums[value] += counted[organisation]
    return Tally(heads, sums, len(counted), sum(counted.values(), Fraction(0)))


def verdict(tally: Tally, rule: DecisionRule, *, last_consent_round: bool = False) -> Verdict:
    """What the count says by the rule. In the last round of consent, a majority at the threshold is asked instead."""
    if rule.method == Method.SILENCE:
        return Verdict.CARRIED if tally.passes_in_silence(rule.threshold) else Verdict.THRESHOLD_MISSED
    if not tally.quorum_reached(rule.quorum):
        return Verdict.QUORUM_MISSED
    if rule.method == Method.CONSENT:
        if tally.consented:
            return Verdict.CARRIED
        if not last_consent_round:
            return Verdict.CONSENT_FAILED
    return Verdict.CARRIED if tally.majority_reached(rule.threshold) else Verdict.THRESHOLD_MISSED
