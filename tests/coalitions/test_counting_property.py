"""Counting, against an independent short count; weights, against what the cap promises."""

from __future__ import annotations

from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.coalitions.domain.policy import DEFAULT_POLICY, DecisionRule, Method
from services.coalitions.domain.tally import Verdict, count, verdict
from services.coalitions.domain.weights import counted_weights

ORGANISATIONS = [UUID(int=number) for number in range(1, 13)]
WEIGHTS = st.dictionaries(st.sampled_from(ORGANISATIONS), st.integers(1, 5), min_size=1)
STANCES = st.dictionaries(st.sampled_from(ORGANISATIONS), st.sampled_from(["AGREE", "ABSTAIN", "DISAGREE", "BLOCK"]))


def counted_anew(stances: dict[UUID, str], weights: dict[UUID, Fraction], rule: DecisionRule, last: bool) -> str:
    """The same question answered in another way, as a reader of domain.md would."""
    said = {value: [one for one in weights if stances.get(one) == value] for value in ("AGREE", "DISAGREE", "BLOCK")}
    if rule.method == Method.SILENCE:
        return "CARRIED" if len(said["DISAGREE"] + said["BLOCK"]) <= len(weights) // 10 else "THRESHOLD_MISSED"
    voted, all_of_them = sum(weights[one] for one in weights if one in stances), sum(weights.values())
    if rule.quorum is not None and (not all_of_them or voted * 100 < rule.quorum * all_of_them):
        return "QUORUM_MISSED"
    if rule.method == Method.CONSENT and not said["BLOCK"] and said["AGREE"]:
        return "CARRIED"
    if rule.method == Method.CONSENT and not last:
        return "CONSENT_FAILED"
    weigh = {value: sum(weights[one] for one in said[value]) for value in said}
    share = Fraction(weigh["AGREE"]) / sum(weigh.values()) if sum(weigh.values()) else Fraction(0)
    enough = share > Fraction(1, 2) if rule.threshold == 50 else share >= Fraction(rule.threshold, 100)
    return "CARRIED" if enough else "THRESHOLD_MISSED"


@given(stances=STANCES, weights=WEIGHTS, rule=st.sampled_from(DEFAULT_POLICY), last=st.booleans())
def test_the_verdict_equals_an_independent_count(
    stances: dict[UUID, str], weights: dict[UUID, int], rule: DecisionRule, last: bool
) -> None:
    said = verdict(count(stances, weights), rule, last_consent_round=last)
    assert said == counted_anew(stances, counted_weights(weights), rule, last)


@given(stances=STANCES, weights=WEIGHTS)
def test_nothing_is_counted_twice_and_nobody_outside_counts(stances: dict[UUID, str], weights: dict[UUID, int]) -> None:
    tally = count(stances, weights)
    assert sum(tally.heads.values()) == len(stances.keys() & weights.keys())
    assert tally.voted_weight <= tally.eligible_weight
    inside = {one: value for one, value in stances.items() if one in weights}
    assert count(inside, weights) == tally


@given(weights=WEIGHTS)
def test_no_organisation_counts_for_more_than_a_quarter(weights: dict[UUID, int]) -> None:
    counted = counted_weights(weights)
    total = sum(counted.values())
    assert counted.keys() == weights.keys()
    assert all(counted[one] <= weights[one] for one in weights)
    if len(weights) < 4:
        assert counted == weights
    else:
        assert all(weight * 4 <= total for weight in counted.values())
        capped = {counted[one] for one in weights if counted[one] < weights[one]}
        assert len(capped) <= 1
        assert all(cap * 4 == total for cap in capped)


def test_all_abstaining_adopts_nothing() -> None:
    stances = dict.fromkeys(ORGANISATIONS, "ABSTAIN")
    tally = count(stances, dict.fromkeys(ORGANISATIONS, 1))
    carried = {rule.method for rule in DEFAULT_POLICY if verdict(tally, rule) == Verdict.CARRIED}
    assert carried == {Method.SILENCE}


def test_a_threshold_of_50_must_be_exceeded_and_any_other_reached() -> None:
    tally = count({ORGANISATIONS[0]: "AGREE", ORGANISATIONS[1]: "DISAGREE"}, dict.fromkeys(ORGANISATIONS[:2], 1))
    assert not tally.majority_reached(50)
    assert tally.majority_reached(49)
    of_four = dict.fromkeys(ORGANISATIONS[:4], 1)
    three = {**dict.fromkeys(ORGANISATIONS[:3], "AGREE"), ORGANISATIONS[3]: "BLOCK"}
    assert count(three, of_four).majority_reached(75)
