"""How a coalition decides on a position: ballots, stances, the count, and what follows from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule, refuse_unless
from services.coalitions import facts
from services.coalitions.domain.amending import Amending
from services.coalitions.domain.amendment import Amendment, AmendmentState
from services.coalitions.domain.ballot import Ballot, BallotResult, BallotState, Elector, Stance
from services.coalitions.domain.coalition import Coalition
from services.coalitions.domain.follow_up import replies_asked
from services.coalitions.domain.numbers import POSITION
from services.coalitions.domain.policy import DecisionRule, Electorate, rule_for
from services.coalitions.domain.position_parts import PositionState
from services.coalitions.domain.recount import Recount, recount
from services.coalitions.domain.signature import Signature
from services.coalitions.domain.tally import StanceValue, Verdict
from services.coalitions.domain.transitions import refuse_when_blocked


class Deciding(Amending):
    """The behaviour of a position in CONSOLIDATION and DECISION."""

    def open_ballot(
        self,
        coalition: Coalition,
        closes_at: datetime | None,
        *,
        hide_results: bool,
        by: Actor,
        now: datetime,
        opens_at: datetime | None = None,
    ) -> Ballot:
        """CONSOLIDATION -> DECISION: freezes the consolidated text and fixes who is eligible.

        ``opens_at`` None opens it now; ``closes_at`` None closes it after the least time that the policy asks for its
        class.
        """
        self.may_open_ballot(coalition, by)
        rule = rule_for(coalition.policy, self.decision_class)
        opening = self._opening(opens_at, now)
        closing = self._closing(rule, closes_at, opening)
        self.paragraphs = self.consolidated_text
        self.text_version += 1
        self._freeze(now)
        ballot = Ballot(
            id=new_id(),
            position=self.id,
            round=len(self.ballots) + 1,
            text_version=self.text_version,
            rule=rule,
            electorate=_electorate(coalition, rule),
            items=[amendment.id for amendment in self._items(by, now)],
            hide_results=hide_results,
            opens_at=opening,
            closes_at=closing,
            state=BallotState.SCHEDULED,
        )
        self.ballots.append(ballot)
        self.decision_close_at = closing
        self.moved(None, ballot.state, by=by, at=now, subject=f"ballot/{ballot.id}")
        self._become(PositionState.DECISION, by=by, now=now)
        if ballot.has_begun(now):
            self._begin(ballot, by=by, now=now)
        else:
            self.record(facts.BallotScheduled(**self._told_of_ballot(ballot), opens_at=opening, closes_at=closing))
        return ballot

    def begin_ballot(self, *, by: Actor, now: datetime) -> None:
        """SCHEDULED -> OPEN, when its time has come."""
        ballot = self._ballot_in_hand("have its ballot begun")
        refuse_unless(
            ballot.state == BallotState.SCHEDULED and ballot.has_begun(now),
            "ILLEGAL_TRANSITION",
            "ballot.not_to_begin",
            "The ballot is open already, or its time has not come.",
        )
        self._begin(ballot, by=by, now=now)

    def _begin(self, ballot: Ballot, *, by: Actor, now: datetime) -> None:
        self.moved(ballot.state, BallotState.OPEN, by=by, at=now, subject=f"ballot/{ballot.id}")
        ballot.state = BallotState.OPEN
        self.record(
            facts.BallotOpened(
                **self._told_of_ballot(ballot),
                decision_class=self.decision_class,
                method=ballot.rule.method,
                closes_at=ballot.closes_at,
                eligible=len(ballot.electorate),
            )
        )

    def hide_ballot_results(self, coalition: Coalition, *, by: Actor, now: datetime) -> Ballot:
        """Hide the count of the ballot in hand until its close. It may be tightened so, never loosened."""
        self._refuse_unless_led(by, coalition)
        ballot = self._ballot_in_hand("have its results hidden")
        ballot.tighten(now)
        self.record(facts.BallotHidden(**self._told_of_ballot(ballot)))
        return ballot

    def may_open_ballot(self, coalition: Coalition, by: Actor) -> None:
        """The guard of CONSOLIDATION -> DECISION, but for the closing time."""
        self._refuse_unless_led(by, coalition)
        self._refuse_state([PositionState.CONSOLIDATION], "be put to a ballot")
        refuse_when_blocked(
            "ILLEGAL_TRANSITION",
            "position.amendments_undecided",
            "Every amendment must be decided before the ballot.",
            self.blockers_of_decision(),
        )
        rule = rule_for(coalition.policy, self.decision_class)
        refuse_unless(
            bool(coalition.weights(rule.electorate)),
            "ILLEGAL_TRANSITION",
            "ballot.nobody_eligible",
            "Nobody is eligible to decide on this position.",
        )

    def cast_stance(
        self,
        *,
        organisation: UUID,
        person: UUID,
        value: StanceValue,
        reason: str | None,
        amendment: UUID | None,
        pids: list[str],
        coalition: Coalition,
        now: datetime,
        holder: UUID | None = None,
    ) -> Stance:
        """A member's stance in the open ballot. Every one is kept; the last is the organisation's.

        ``holder`` is the member that speaks for it by proxy.
        """
        ballot = self._ballot_in_hand("receive stances")
        members = coalition.weights(Electorate.MEMBERS)
        refuse_unless(
            organisation in members,
            "MANDATE_REQUIRED",
            "ballot.no_member_any_more",
            "This organisation decides nothing in the coalition at present.",
        )
        refuse_unless(
            set(pids) <= {paragraph.pid for paragraph in self.paragraphs},
            "VALIDATION",
            "stance.no_such_paragraph",
            "The text has no such paragraph.",
            field="pids",
        )
        stance = ballot.cast(
            organisation=organisation,
            person=person,
            value=value,
            reason=reason,
            amendment=amendment,
            pids=pids,
            holder=holder,
            now=now,
        )
        tally = ballot.tally(among=members)
        self.record(
            facts.StanceCast(
                **self._told_of_ballot(ballot),
                voted=sum(tally.heads.values()),
                eligible=tally.eligible_heads,
                counts=None if ballot.hide_results else dict(tally.heads),
            )
        )
        return stance

    def give_proxy(self, organisation: UUID, holder: UUID, *, now: datetime) -> Ballot:
        """A member entrusts another with its stance in the open ballot."""
        ballot = self._ballot_in_hand("have proxies given")
        ballot.entrust(organisation, holder, now)
        self.record(facts.ProxyGiven(**self._told_of_ballot(ballot), organisation=organisation, holder=holder))
        return ballot

    def withdraw_proxy(self, organisation: UUID, *, now: datetime) -> Ballot:
        """A member takes its proxy back."""
        ballot = self._ballot_in_hand("have proxies withdrawn")
        ballot.withdraw_proxy(organisation, now)
        self.record(facts.ProxyWithdrawn(**self._told_of_ballot(ballot), organisation=organisation))
        return ballot

    def recount(self, ballot: Ballot) -> Recount | None:
        """A closed ballot counted again from what was kept; None for one without a result."""
        if ballot.result is None:
            return None
        failed = sum(1 for one in self._results_before(ballot) if one.items[0].verdict == Verdict.CONSENT_FAILED)
        return recount(ballot, ballot.result, last_consent_round=failed + 1 >= POSITION.consent_rounds)

    def _results_before(self, ballot: Ballot) -> list[BallotResult]:
        return [one.result for one in self.ballots if one.round < ballot.round and one.result is not None]

    def extend_ballot(self, coalition: Coalition, closes_at: datetime, *, by: Actor, now: datetime) -> None:
        """Close the open ballot later, once."""
        self._refuse_unless_led(by, coalition)
        ballot = self._ballot_in_hand("have its ballot extended")
        refuse_unless(not ballot.is_due(now), "DEADLINE_PASSED", "ballot.closed", "The ballot is closed.")
        ballot.extend(closes_at)
        self.decision_close_at = closes_at
        self.record(facts.BallotExtended(**self._told_of_ballot(ballot), closes_at=closes_at))

    def close_ballot(self, coalition: Coalition, *, by: Actor, now: datetime) -> BallotResult:
        """Close the ballot that is due, count it among those that are still members, and follow the outcome."""
        self.may_close_ballot(now)
        ballot = self._ballot_in_hand("have its ballot closed")
        if ballot.state == BallotState.SCHEDULED:
            self._begin(ballot, by=by, now=now)
        members = coalition.weights(Electorate.MEMBERS)
        last_consent_round = self._rounds_ended_by(Verdict.CONSENT_FAILED) + 1 >= POSITION.consent_rounds
        said = ballot.close(members=members, last_consent_round=last_consent_round, now=now)
        outcome, rule = self._outcome(said)
        tally = ballot.tally(among=members)
        items = [(identity, ballot.item_verdict(identity, members)) for identity in ballot.items]
        ballot.result = BallotResult(
            outcome=outcome,
            rule=rule,
            method=ballot.rule.method,
            quorum=ballot.rule.quorum,
            quorum_reached=tally.quorum_reached(ballot.rule.quorum),
            threshold=ballot.rule.threshold,
            eligible=[elector for elector in ballot.electorate if elector.organisation in members],
            eligible_weight=str(tally.eligible_weight),
            items=[
                ballot.item_result(None, members, said),
                *(ballot.item_result(identity, members, verdict) for identity, verdict in items),
            ],
        )
        self.moved(BallotState.OPEN, ballot.state, by=by, at=now, rule=rule, subject=f"ballot/{ballot.id}")
        self._become(outcome, by=by, now=now, rule=rule)
        self.record(
            facts.BallotClosed(
                **self._told_of_ballot(ballot),
                outcome=outcome,
                rule=rule,
                quorum_reached=ballot.result.quorum_reached,
                counts=dict(tally.heads),
                eligible=tally.eligible_heads,
            )
        )
        if outcome == PositionState.ADOPTED:
            self._adopt([identity for identity, verdict in items if verdict == Verdict.CARRIED], by=by, now=now)
            self._open_sign_off(sorted(members), by=by, now=now)
        return ballot.result

    def may_close_ballot(self, now: datetime) -> None:
        """The guard of DECISION -> ADOPTED | RETURNED | REJECTED: it is time."""
        ballot = self._ballot_in_hand("have its ballot closed")
        refuse_unless(
            ballot.is_due(now),
            "ILLEGAL_TRANSITION",
            "ballot.still_open",
            "The ballot is open until its closing time.",
        )

    def _outcome(self, said: Verdict) -> tuple[PositionState, str]:
        if said == Verdict.CARRIED:
            return PositionState.ADOPTED, "ballot.carried"
        if said == Verdict.CONSENT_FAILED:
            return PositionState.RETURNED, "ballot.consent_failed"
        if said == Verdict.THRESHOLD_MISSED:
            return PositionState.REJECTED, "ballot.threshold_missed"
        missed = self._rounds_ended_by(Verdict.QUORUM_MISSED) + 1
        last = missed >= POSITION.quorum_rounds
        return PositionState.REJECTED if last else PositionState.RETURNED, "ballot.quorum_missed"

    def _rounds_ended_by(self, verdict: Verdict) -> int:
        results = [ballot.result for ballot in self.ballots if ballot.result is not None]
        return sum(1 for result in results if result.items[0].verdict == verdict)

    def _adopt(self, carried: list[UUID], *, by: Actor, now: datetime) -> None:
        """Let the amendments that the ballot carried enter the text, and settle the others that were voted on."""
        for amendment in [one for one in self.amendments if one.state == AmendmentState.TO_VOTE]:
            if amendment.id in carried:
                amendment.applied_order = 1 + max(one.applied_order for one in self.amendments)
                self._set(amendment, AmendmentState.ACCEPTED, by=by, now=now)
            else:
                self._set(amendment, AmendmentState.REJECTED, by=by, now=now)
        if carried:
            self.paragraphs = self.consolidated_text
            self.text_version += 1
            self._freeze(now)

    def _open_sign_off(self, members: list[UUID], *, by: Actor, now: datetime) -> None:
        closes_at = now + POSITION.sign_off_lasts
        self.signatures = [
            Signature(id=new_id(), position=self.id, organisation=organisation) for organisation in members
        ]
        self.sign_off_closes_at = closes_at
        self.replies = replies_asked(self.cited, now)
        self._become(PositionState.SIGN_OFF, by=by, now=now, rule="position.adopted")
        self.record(facts.SignOffOpened(**self.told, closes_at=closes_at, members=len(members), cited=list(self.cited)))
        if self.replies:
            projects = [reply.project for reply in self.replies]
            self.record(
                facts.ReplyAsked(**self.told, projects=projects, closes_at=max(one.closes_at for one in self.replies))
            )

    def _items(self, by: Actor, now: datetime) -> list[Amendment]:
        """The amendments to be voted on beside the text; those whose paragraph is gone have nothing left to change."""
        known = {paragraph.pid for paragraph in self.paragraphs}
        items = []
        for amendment in [one for one in self.amendments if one.state == AmendmentState.TO_VOTE]:
            if amendment.pid is None or amendment.pid in known:
                amendment.base_text_version = self.text_version
                items.append(amendment)
            else:
                self._set(amendment, AmendmentState.OBSOLETE, by=by, now=now)
        return items

    def _ballot_in_hand(self, act: str) -> Ballot:
        self._refuse_state([PositionState.DECISION], act)
        if self.current_ballot is None:
            raise BrokenRule("ILLEGAL_TRANSITION", "ballot.none_open", "No ballot is open.")
        return self.current_ballot

    def _opening(self, opens_at: datetime | None, now: datetime) -> datetime:
        refuse_unless(
            opens_at is None or opens_at > now,
            "VALIDATION",
            "ballot.opens_in_the_past",
            "A ballot is scheduled for a moment to come.",
            field="opens_at",
        )
        return opens_at or now

    def _closing(self, rule: DecisionRule, closes_at: datetime | None, opening: datetime) -> datetime:
        least: timedelta = rule.open_at_least
        refuse_unless(
            closes_at is None or closes_at >= opening + least,
            "VALIDATION",
            "ballot.too_short",
            f"A ballot of class {self.decision_class} stays open for {rule.open_hours} hours or more.",
            field="closes_at",
            hours=rule.open_hours,
            decision_class=self.decision_class,
        )
        return opening + least if closes_at is None else closes_at

    def _told_of_ballot(self, ballot: Ballot) -> dict[str, Any]:
        return {**self.told, "ballot": ballot.id, "round": ballot.round}


def _electorate(coalition: Coalition, rule: DecisionRule) -> list[Elector]:
    weights = coalition.weights(Electorate(rule.electorate))
    return [Elector(organisation=organisation, weight=weight) for organisation, weight in sorted(weights.items())]
