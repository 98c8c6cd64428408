"""Counting a closed ballot again from what was kept: every stance, who was eligible at the end, and the rule."""

from __future__ import annotations

from dataclasses import dataclass

from services.coalitions.domain.ballot import Ballot, BallotResult, ItemResult
from services.coalitions.domain.tally import Verdict, count, verdict


@dataclass(frozen=True, kw_only=True)
class Recount:
    """``items`` as counted now; ``differences`` what the kept result says otherwise, empty when it is proved."""

    items: list[ItemResult]
    late: int
    uncounted: int
    differences: list[str]

    @property
    def matches(self) -> bool:
        return not self.differences


def recount(ballot: Ballot, result: BallotResult, *, last_consent_round: bool) -> Recount:
    """``late``: stances after the closing time, of which there are none; ``uncounted``: those that a later one of the
    same organisation replaced, or that fell with a member that went.
    """
    weights = {elector.organisation: elector.weight for elector in result.eligible}
    items = []
    for kept in result.items:
        said = {stance.organisation: stance.value for stance in ballot.stances if stance.amendment == kept.amendment}
        tally = count(said, weights)
        outcome = (
            verdict(tally, ballot.rule, last_consent_round=last_consent_round)
            if kept.amendment is None
            else ballot.verdict_on_item(tally)
        )
        items.append(
            ItemResult(
                amendment=kept.amendment,
                verdict=outcome,
                heads=dict(tally.heads),
                weights={value: str(weight) for value, weight in tally.weights.items()},
            )
        )
    late = sum(stance.at >= ballot.closes_at for stance in ballot.stances)
    counted = sum(sum(item.heads.values()) for item in items)
    differences = [
        f"item {number}" for number, (kept, now) in enumerate(zip(result.items, items, strict=True)) if kept != now
    ]
    if late:
        differences.append("late stances")
    if (result.outcome == "ADOPTED") != (items[0].verdict == Verdict.CARRIED):
        differences.append("outcome")
    return Recount(items=items, late=late, uncounted=len(ballot.stances) - counted, differences=differences)
