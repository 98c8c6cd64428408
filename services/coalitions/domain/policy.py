"""How a coalition decides, by class of decision: data of the coalition, with the defaults of domain.md section 4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.backbone.rules import BrokenRule


class DecisionClass(StrEnum):
    """What is decided: the call, a policy, a plan, a word to the press, a short statement."""

    CALL = "CALL"
    POLICY = "POLICY"
    PLAN = "PLAN"
    PRESS = "PRESS"
    STATEMENT = "STATEMENT"


class Method(StrEnum):
    """How stances become a decision."""

    MAJORITY = "MAJORITY"
    SUPERMAJORITY = "SUPERMAJORITY"
    CONSENT = "CONSENT"
    SILENCE = "SILENCE"


class Electorate(StrEnum):
    """Who decides: every member, or the organisations in steering."""

    MEMBERS = "MEMBERS"
    STEERING = "STEERING"


@dataclass(frozen=True, kw_only=True)
class DecisionRule:
    """The policy for one class.

    ``quorum`` and ``threshold`` are per cents of weight (``quorum`` None: none is asked). A threshold of 50 must be
    exceeded, any other reached. For CONSENT the threshold is that of the majority asked after two failed rounds;
    for SILENCE it is the per cent of the members whose objections still let it pass.
    """

    decision_class: DecisionClass
    electorate: Electorate
    method: Method
    quorum: int | None
    threshold: int
    open_hours: int

    @property
    def open_at_least(self) -> timedelta:
        return timedelta(hours=self.open_hours)


DEFAULT_POLICY: tuple[DecisionRule, ...] = (
    DecisionRule(
        decision_class=DecisionClass.CALL,
        electorate=Electorate.MEMBERS,
        method=Method.SUPERMAJORITY,
        quorum=66,
        threshold=75,
        open_hours=14 * 24,
    ),
    DecisionRule(
        decision_class=DecisionClass.POLICY,
        electorate=Electorate.MEMBERS,
        method=Method.CONSENT,
        quorum=50,
        threshold=66,
        open_hours=10 * 24,
    ),
    DecisionRule(
        decision_class=DecisionClass.PLAN,
        electorate=Electorate.MEMBERS,
        method=Method.MAJORITY,
        quorum=50,
        threshold=50,
        open_hours=7 * 24,
    ),
    DecisionRule(
        decision_class=DecisionClass.PRESS,
        electorate=Electorate.STEERING,
        method=Method.MAJORITY,
        quorum=50,
        threshold=50,
        open_hours=48,
    ),
    DecisionRule(
        decision_class=DecisionClass.STATEMENT,
        electorate=Electorate.MEMBERS,
        method=Method.SILENCE,
        quorum=None,
        threshold=10,
        open_hours=48,
    ),
)


def rule_for(policy: list[DecisionRule], decision_class: str) -> DecisionRule:
    """The rule of this policy for a class of decision."""
    for rule in policy:
        if rule.decision_class == decision_class:
            return rule
    raise BrokenRule(
        "VALIDATION",
        "coalition.no_policy_for_class",
        f"This coalition has no policy for decisions of class {decision_class}.",
        field="decision_class",
        values={"decision_class": decision_class},
    )
