"""One round of decision on a position: who may say what until when, and the result that nobody can change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.backbone.identifiers import new_id
from services.backbone.rules import refuse_unless
from services.coalitions.domain.numbers import POSITION
from services.coalitions.domain.policy import DecisionRule, Method
from services.coalitions.domain.proxy import Proxy, given, refuse_unless_possible
from services.coalitions.domain.tally import REASONED, StanceValue, Tally, Verdict, count, verdict
from services.coalitions.domain.text_rules import visible_characters


class BallotState(StrEnum):
    SCHEDULED = "SCHEDULED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


@dataclass(frozen=True, kw_only=True)
class Elector:
    """An organisation that may decide, with its weight before any cap, as it was when the ballot opened."""

    organisation: UUID
    weight: int


@dataclass(frozen=True, kw_only=True)
class ItemResult:
    """The count of one item: the text itself (``amendment`` None) or an amendment put to the vote.

    Weights are exact fractions written as text (``"7/3"``), so that a recount can compare them.
    """

    amendment: UUID | None
    verdict: str
    heads: dict[str, int]
    weights: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class BallotResult:
    """What is needed to recount: who was eligible at the end, the quorum, the method and every item's count."""

    outcome: str
    rule: str
    method: str
    quorum: int | None
    quorum_reached: bool
    threshold: int
    eligible: list[Elector]
    eligible_weight: str
    items: list[ItemResult]


@dataclass(eq=False, kw_only=True)
class Stance:
    """One thing said in a ballot, kept for ever; the last of an organisation on an item is the one that counts.

    ``holder`` is the member that said it for the organisation, by proxy.
    """

    id: UUID
    ballot: UUID
    number: int
    amendment: UUID | None
    organisation: UUID
    person: UUID
    value: str
    reason: str | None
    pids: list[str] = field(default_factory=list)
    holder: UUID | None = None
    at: datetime


@dataclass(eq=False, kw_only=True)
class Ballot:
    """Part of its position. ``items`` are the amendments that are voted on beside the text.

    By the clock it is open from ``opens_at`` to ``closes_at``; a job marks it so.
    """

    id: UUID
    position: UUID
    round: int
    text_version: int
    rule: DecisionRule
    electorate: list[Elector]
    items: list[UUID]
    hide_results: bool = False
    opens_at: datetime
    closes_at: datetime
    extended: bool = False
    state: str = BallotState.OPEN
    closed_at: datetime | None = None
    result: BallotResult | None = None
    stances: list[Stance] = field(default_factory=list)
    proxies: list[Proxy] = field(default_factory=list)

    def is_due(self, now: datetime) -> bool:
        return now >= self.closes_at

    def has_begun(self, now: datetime) -> bool:
        return now >= self.opens_at

    def tighten(self, now: datetime) -> None:
        """Hide the count until the close. Nothing shows it again before."""
        self._refuse_when_over(now)
        refuse_unless(
            not self.hide_results,
            "DUPLICATE",
            "ballot.hidden_already",
            "The count of this ballot is hidden already, and stays so until the close.",
        )
        self.hide_results = True

    @property
    def eligible(self) -> set[UUID]:
        return {elector.organisation for elector in self.electorate}

    def last_stances(self, amendment: UUID | None = None) -> dict[UUID, Stance]:
        """Each organisation's last stance on an item."""
        return {
            stance.organisation: stance
            for stance in sorted(self.stances, key=lambda one: one.number)
            if stance.amendment == amendment
        }

    def cast(
        self,
        *,
        organisation: UUID,
        person: UUID,
        value: StanceValue,
        reason: str | None,
        amendment: UUID | None,
        pids: list[str],
        holder: UUID | None = None,
        now: datetime,
    ) -> Stance:
        """An organisation's stance, which replaces its earlier one on the same item; its own cancels its proxy."""
        self._refuse_when_closed(now)
        refuse_unless(
            organisation in self.eligible,
            "MANDATE_REQUIRED",
            "ballot.not_eligible",
            "This organisation was not eligible when the ballot opened.",
        )
        refuse_unless(
            amendment is None or amendment in self.items,
            "VALIDATION",
            "ballot.no_such_item",
            "This amendment is not an item of the ballot.",
            field="amendment",
        )
        words = (reason or "").strip()
        refuse_unless(
            value not in REASONED or visible_characters(words) >= POSITION.reason_at_least,
            "VALIDATION",
            "stance.reason_required",
            f"A {value.value} needs a reason of {POSITION.reason_at_least} characters or more.",
            field="reason",
            value=value.value,
            at_least=POSITION.reason_at_least,
        )
        stance = Stance(
            id=new_id(),
            ballot=self.id,
            number=len(self.stances) + 1,
            amendment=amendment,
            organisation=organisation,
            person=person,
            value=value,
            reason=words or None,
            pids=pids,
            holder=holder,
            at=now,
        )
        self.stances.append(stance)
        if holder is None:
            self.take_back(organisation)
        return stance

    def entrust(self, organisation: UUID, holder: UUID, now: datetime) -> None:
        """Let another member speak for the organisation in this ballot; a new proxy takes the place of the old."""
        self._refuse_when_closed(now)
        own = {stance.organisation for stance in self.stances if stance.holder is None}
        others = [one for one in self.proxies if one.organisation != organisation]
        refuse_unless_possible(others, organisation, holder, self.eligible, own)
        self.proxies = [*others, Proxy(organisation=organisation, holder=holder, at=now)]

    def take_back(self, organisation: UUID) -> bool:
        """End the organisation's proxy; whether there was one."""
        before = len(self.proxies)
        self.proxies = [one for one in self.proxies if one.organisation != organisation]
        return len(self.proxies) < before

    def withdraw_proxy(self, organisation: UUID, now: datetime) -> None:
        """The organisation takes its proxy back; what was said by it stands until it says otherwise."""
        self._refuse_when_closed(now)
        refuse_unless(
            self.take_back(organisation),
            "ILLEGAL_TRANSITION",
            "proxy.none_given",
            "Your organisation gave no proxy in this ballot.",
        )

    def holder_for(self, organisation: UUID) -> UUID | None:
        """The member that speaks for the organisation by proxy."""
        proxy = given(self.proxies, organisation)
        return proxy.holder if proxy else None

    def _refuse_when_closed(self, now: datetime) -> None:
        refuse_unless(
            self.has_begun(now),
            "ILLEGAL_TRANSITION",
            "ballot.not_open_yet",
            f"The ballot opens at {self.opens_at.isoformat()}.",
            opens_at=self.opens_at.isoformat(),
        )
        self._refuse_when_over(now)

    def _refuse_when_over(self, now: datetime) -> None:
        refuse_unless(
            self.state != BallotState.CLOSED and not self.is_due(now),
            "DEADLINE_PASSED",
            "ballot.closed",
            "The ballot is closed.",
        )

    def extend(self, closes_at: datetime) -> None:
        """Close later, once, by at most the ballot's length."""
        length: timedelta = self.closes_at - self.opens_at
        refuse_unless(
            not self.extended, "ILLEGAL_TRANSITION", "ballot.extended_once", "A ballot may be extended only once."
        )
        refuse_unless(
            self.closes_at < closes_at <= self.closes_at + length,
            "VALIDATION",
            "ballot.extension",
            "A ballot may close later by at most its own length, never earlier.",
            field="closes_at",
        )
        self.closes_at, self.extended = closes_at, True

    def tally(self, amendment: UUID | None = None, *, among: Iterable[UUID] | None = None) -> Tally:
        """The count of an item as it stands, among those of the electorate that are still members."""
        present = self.eligible if among is None else self.eligible & set(among)
        weights = {one.organisation: one.weight for one in self.electorate if one.organisation in present}
        stances = {organisation: stance.value for organisation, stance in self.last_stances(amendment).items()}
        return count(stances, weights)

    def close(self, *, members: Iterable[UUID], last_consent_round: bool, now: datetime) -> Verdict:
        """Close and say what the count of the text says; the full result is set by the position."""
        self.state, self.closed_at = BallotState.CLOSED, now
        return verdict(self.tally(among=members), self.rule, last_consent_round=last_consent_round)

    def give_up(self, now: datetime) -> None:
        """Close without a result, because the position was abandoned."""
        self.state, self.closed_at = BallotState.CLOSED, now

    def item_result(self, amendment: UUID | None, members: Iterable[UUID], said: Verdict) -> ItemResult:
        """The count of one item, as it is kept for ever."""
        tally = self.tally(amendment, among=members)
        return ItemResult(
            amendment=amendment,
            verdict=said,
            heads=dict(tally.heads),
            weights={value: str(weight) for value, weight in tally.weights.items()},
        )

    def item_verdict(self, amendment: UUID, members: Iterable[UUID]) -> Verdict:
        """What the count says of an amendment put to the vote."""
        return self.verdict_on_item(self.tally(amendment, among=members))

    def verdict_on_item(self, tally: Tally) -> Verdict:
        """An amendment put to the vote enters the text by a majority of more than half."""
        quorum = None if self.rule.method == Method.SILENCE else self.rule.quorum
        if not tally.quorum_reached(quorum):
            return Verdict.QUORUM_MISSED
        return Verdict.CARRIED if tally.majority_reached(50) else Verdict.THRESHOLD_MISSED
