"""A position under any sequence of commands: it moves only as domain.md says, and what it promises of a move holds.

Its texts are made again with scissors and glue, and its ballots counted again in ten lines, after every step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar, cast
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.coalitions.domain.amendment import Decision, Operation
from services.coalitions.domain.ballot import Ballot, BallotResult
from services.coalitions.domain.coalition import CoalitionState
from services.coalitions.domain.evidence import Evidence, EvidenceKind
from services.coalitions.domain.membership import Membership, MembershipState
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.domain.position_parts import Editor, PositionKind
from services.coalitions.domain.signature import SignOffAnswer
from services.coalitions.domain.tally import StanceValue, Verdict
from services.coalitions.domain.weights import counted_weights
from services.coalitions.facts import PositionPublished
from tests.coalitions.in_memory import BEGIN, founded
from tests.coalitions.network import a_person
from tests.coalitions.test_counting_property import counted_anew
from tests.coalitions.test_text_property import rebuilt

LEGAL = {
    None: {"DRAFT"},
    "DRAFT": {"AMENDMENT", "ABANDONED"},
    "AMENDMENT": {"CONSOLIDATION", "ABANDONED"},
    "CONSOLIDATION": {"DECISION", "ABANDONED"},
    "DECISION": {"ADOPTED", "RETURNED", "REJECTED", "ABANDONED"},
    "RETURNED": {"AMENDMENT", "CONSOLIDATION", "ABANDONED"},
    "ADOPTED": {"SIGN_OFF"},
    "SIGN_OFF": {"PUBLISHED"},
    "PUBLISHED": {"RETRACTED", "SUPERSEDED"},
}
WHY = "Parce que cela ne suffit pas encore."
OUT_OF_TURN = ["consolidate", "begin_ballot", "hide_results", "close_ballot", "end_sign_off", "publish"]
Step = TypeVar("Step")
AMENDING, DECIDING, SIGNING = ["AMENDMENT", "CONSOLIDATION"], ["DECISION"], ["SIGN_OFF", "PUBLISHED"]


def during(states: list[str]) -> Callable[[Step], Step]:
    """A rule that is worth trying in these states; ``out_of_turn`` tries the others."""
    return cast("Callable[[Step], Step]", precondition(lambda self: self.position.state in states))


class APosition(RuleBasedStateMachine):
    """Members, the convener and the clock do whatever comes to their mind."""

    @initialize(decision_class=st.sampled_from(list(DecisionClass)), members=st.integers(3, 6))
    def begin(self, decision_class: DecisionClass, members: int) -> None:
        self.now = BEGIN
        self.hidden: set[UUID] = set()
        self.convener = a_person()
        self.coalition = founded(self.convener)
        self.project = new_id()
        self.voices = {new_id(): a_person() for _ in range(members)}
        self.coalition.memberships = [
            Membership(
                id=new_id(),
                coalition=self.coalition.id,
                organisation=organisation,
                state=MembershipState.ADMITTED,
                since=self.now,
                weight=1 + place,
            )
            for place, organisation in enumerate(self.voices)
        ]
        self.coalition.steering = list(self.voices)[:2]
        self.coalition.state = CoalitionState.ACTIVE
        self.organisations = list(self.voices)
        editors = [Editor(person=self.voices[one].id, organisation=one) for one in self.organisations[:2]]  # type: ignore[arg-type]
        self.position = Position.draft(
            self.coalition,
            slug="une",
            kind=PositionKind.PAPER,
            decision_class=decision_class,
            title="Une position",
            editors=editors,
            paragraphs=["Un.", "Deux.", "Trois."],
            evidence=[Evidence(kind=EvidenceKind.PROJECT, ref=str(self.project))],
            by=self.editor,
            now=self.now,
        )

    @property
    def editor(self) -> Actor:
        return self.voices[self.organisations[0]]

    def tried(self, act: Any, *arguments: Any, **named: Any) -> None:
        """Do it; a refusal leaves the position as it was."""
        before = self.look()
        try:
            act(*arguments, now=self.now, **named)
        except BrokenRule:
            assert self.look() == before
        else:
            assert self.position.version > before[0]

    def look(self) -> tuple[Any, ...]:
        position = self.position
        return (
            position.version,
            position.state,
            position.text_version,
            list(position.paragraphs),
            [(one.state, one.final_text) for one in position.amendments],
            [(one.state, one.closes_at, len(one.stances), one.proxies, one.hide_results) for one in position.ballots],
            [(one.state, one.reservation) for one in position.signatures],
            list(position.replies),
            position.amendments_close_at,
        )

    def somebody(self, place: int) -> UUID:
        return self.organisations[place % len(self.organisations)]

    @rule(days=st.integers(1, 15))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(agreed=st.booleans())
    def the_usual_next_step(self, agreed: bool) -> None:
        """What would come next if all went well: enough of these, and a position is published."""
        position = self.position
        if position.state in ("DRAFT", "RETURNED"):
            self.open_amendments(6)
        elif position.state == "AMENDMENT":
            self.now = max(self.now, position.amendments_close_at or self.now)
            self.consolidate()
        elif position.state == "CONSOLIDATION":
            for amendment in position.undecided:
                self.decide(amendment.number - 1, Decision.ACCEPTED, resolving=True)
                self.decide(amendment.number - 1, Decision.REJECTED, resolving=False)
            self.open_ballot(hide=False, in_days=None)
        elif position.state == "DECISION":
            if agreed:
                self.all_cast(StanceValue.AGREE)
            self.now = max(self.now, position.decision_close_at or self.now)
            self.close_ballot()
        elif position.state == "SIGN_OFF":
            for place in range(len(self.organisations) - 1):
                self.sign(place, SignOffAnswer.SIGNED)
            self.now = max(self.now, position.sign_off_closes_at or self.now)
            self.publish()

    @rule(
        act=st.sampled_from(["consolidate", "begin_ballot", "hide_results", "close_ballot", "end_sign_off", "publish"])
    )
    def out_of_turn(self, act: str) -> None:
        getattr(self, act)()

    @during(["DRAFT", "RETURNED"])
    @rule(days=st.integers(3, 9))
    def open_amendments(self, days: int) -> None:
        closes_at = self.now + timedelta(days=days)
        self.tried(self.position.open_amendments, self.coalition, closes_at, by=self.editor)

    @during(AMENDING)
    @rule(
        place=st.integers(0, 5),
        operation=st.sampled_from(list(Operation)),
        pid=st.sampled_from(["p1", "p2", "a1", None]),
    )
    def submit(self, place: int, operation: Operation, pid: str | None) -> None:
        organisation = self.somebody(place)
        voice = self.voices[organisation]
        self.tried(
            self.position.submit_amendment,
            organisation=organisation,
            operation=operation,
            pid=pid,
            new_text=f"Nouveau texte {len(self.position.amendments)}.",
            rationale="Pour dire les choses plus clairement.",
            by=voice,
            person=voice.id,
        )

    @during(AMENDING)
    @rule(place=st.integers(0, 7), decision=st.sampled_from(list(Decision)), resolving=st.booleans())
    def decide(self, place: int, decision: Decision, resolving: bool) -> None:
        if self.position.amendments:
            amendment = self.position.amendments[place % len(self.position.amendments)]
            self.tried(
                self.position.decide_amendment,
                amendment.id,
                decision,
                reason="Ainsi décidé.",
                modified_text="Un autre texte.",
                resolved=[one.id for one in self.position.amendments] if resolving else [],
                coalition=self.coalition,
                speaks_for={self.organisations[0]},
                by=self.editor,
            )

    @during(AMENDING)
    @rule(place=st.integers(0, 7), sponsor=st.integers(0, 5))
    def co_sponsor(self, place: int, sponsor: int) -> None:
        if self.position.amendments:
            amendment = self.position.amendments[place % len(self.position.amendments)]
            organisation = self.somebody(sponsor)
            self.tried(
                self.position.co_sponsor, amendment.id, organisation, self.coalition, by=self.voices[organisation]
            )

    @during(AMENDING)
    @rule(place=st.integers(0, 7), proposer=st.integers(0, 5))
    def withdraw(self, place: int, proposer: int) -> None:
        if self.position.amendments:
            amendment = self.position.amendments[place % len(self.position.amendments)]
            organisation = self.somebody(proposer)
            self.tried(self.position.withdraw_amendment, amendment.id, organisation, by=self.voices[organisation])

    @during([*AMENDING, "RETURNED"])
    @rule(place=st.integers(0, 7))
    def promote(self, place: int) -> None:
        if self.position.amendments:
            amendment = self.position.amendments[place % len(self.position.amendments)]
            owner = amendment.organisation
            self.tried(self.position.promote, amendment.id, owner, new_id(), by=self.voices[owner])

    @during(["AMENDMENT"])
    @rule(place=st.integers(0, 5))
    def declare_no_amendment(self, place: int) -> None:
        organisation = self.somebody(place)
        self.tried(self.position.declare_no_amendment, organisation, by=self.voices[organisation])

    @during(["AMENDMENT", "RETURNED"])
    @rule()
    def consolidate(self) -> None:
        self.tried(self.position.consolidate, self.coalition, by=self.convener)

    @during(["CONSOLIDATION"])
    @rule(hide=st.booleans(), in_days=st.sampled_from([None, None, 1, 4]))
    def open_ballot(self, hide: bool, in_days: int | None) -> None:
        opens_at = None if in_days is None else self.now + timedelta(days=in_days)
        settings = {"hide_results": hide, "opens_at": opens_at}
        self.tried(self.position.open_ballot, self.coalition, None, **settings, by=self.convener)

    @during(DECIDING)
    @rule()
    def begin_ballot(self) -> None:
        self.tried(self.position.begin_ballot, by=self.convener)

    @during(DECIDING)
    @rule()
    def hide_results(self) -> None:
        self.tried(self.position.hide_ballot_results, self.coalition, by=self.convener)

    @during(DECIDING)
    @rule(days=st.integers(1, 20))
    def extend_ballot(self, days: int) -> None:
        self.tried(self.position.extend_ballot, self.coalition, self.now + timedelta(days=days), by=self.convener)

    @during(DECIDING)
    @rule(giver=st.integers(0, 5), holder=st.integers(0, 5))
    def give_proxy(self, giver: int, holder: int) -> None:
        self.tried(self.position.give_proxy, self.somebody(giver), self.somebody(holder))

    @during(DECIDING)
    @rule(giver=st.integers(0, 5))
    def withdraw_proxy(self, giver: int) -> None:
        self.tried(self.position.withdraw_proxy, self.somebody(giver))

    @during(DECIDING)
    @rule(value=st.sampled_from([StanceValue.AGREE, StanceValue.ABSTAIN]))
    def holders_speak(self, value: StanceValue) -> None:
        """Whoever holds a proxy uses it."""
        ballot = self.position.current_ballot
        for proxy in ballot.proxies if ballot else ():
            self.cast_as(proxy.organisation, value, reasoned=True, holder=proxy.holder)

    @rule(place=st.integers(0, 5), state=st.sampled_from(["SUSPENDED", "LEFT", "ADMITTED"]))
    def a_member_goes_or_comes(self, place: int, state: str) -> None:
        membership = self.coalition.membership_of(self.somebody(place))
        assert membership is not None
        membership.state = MembershipState(state)

    @during(DECIDING)
    @rule(place=st.integers(0, 5), value=st.sampled_from(list(StanceValue)), reasoned=st.booleans())
    def cast(self, place: int, value: StanceValue, reasoned: bool) -> None:
        self.cast_as(self.somebody(place), value, reasoned)

    @during(DECIDING)
    @rule(place=st.integers(0, 5), value=st.sampled_from(list(StanceValue)), item=st.integers(0, 3))
    def cast_on_an_amendment(self, place: int, value: StanceValue, item: int) -> None:
        ballot = self.position.current_ballot
        if ballot and ballot.items:
            self.cast_as(self.somebody(place), value, True, amendment=ballot.items[item % len(ballot.items)])

    def cast_as(
        self,
        organisation: UUID,
        value: StanceValue,
        reasoned: bool,
        *,
        amendment: UUID | None = None,
        holder: UUID | None = None,
    ) -> None:
        self.tried(
            self.position.cast_stance,
            organisation=organisation,
            person=self.voices[holder or organisation].id,
            value=value,
            reason=WHY if reasoned else None,
            amendment=amendment,
            pids=[],
            coalition=self.coalition,
            holder=holder,
        )

    @during(DECIDING)
    @rule(value=st.sampled_from([StanceValue.AGREE, StanceValue.BLOCK]))
    def all_cast(self, value: StanceValue) -> None:
        for place in range(len(self.organisations)):
            self.cast(place, value, True)

    @during(DECIDING)
    @rule()
    def close_ballot(self) -> None:
        self.tried(self.position.close_ballot, self.coalition, by=self.convener)

    @during(SIGNING)
    @rule(place=st.integers(0, 5), answer=st.sampled_from(list(SignOffAnswer)))
    def sign(self, place: int, answer: SignOffAnswer) -> None:
        organisation = self.somebody(place)
        self.tried(
            self.position.sign_off,
            organisation=organisation,
            person=self.voices[organisation].id,
            answer=answer,
            reservation="Sauf un point." if answer == SignOffAnswer.SIGNED_WITH_RESERVATION else None,
            by=self.voices[organisation],
        )

    @during(SIGNING)
    @rule(place=st.integers(0, 5))
    def withdraw_signature(self, place: int) -> None:
        organisation = self.somebody(place)
        self.tried(self.position.withdraw_signature, organisation=organisation, by=self.voices[organisation])

    @during(SIGNING)
    @rule()
    def end_sign_off(self) -> None:
        self.tried(self.position.end_sign_off, by=self.convener)

    @during(SIGNING)
    @rule(quoted=st.booleans())
    def a_project_replies(self, quoted: bool) -> None:
        before = self.look()
        if not self.position.note_reply(self.project if quoted else new_id(), now=self.now):
            assert self.look() == before

    @during(SIGNING)
    @rule()
    def publish(self) -> None:
        self.tried(self.position.publish, self.coalition, by=self.convener)

    @rule(sure=st.integers(0, 20))
    def abandon(self, sure: int) -> None:
        if sure == 0:
            self.tried(self.position.abandon, self.coalition, reason="Plus d'élan.", by=self.editor)

    @invariant()
    def it_moves_only_as_it_may(self) -> None:
        for move in self.position.take_moves():
            if move.subject == self.position.subject:
                assert move.to_state in LEGAL[move.from_state], (move.from_state, move.to_state)

    @invariant()
    def at_most_one_ballot_is_open_and_only_in_decision(self) -> None:
        open_ones = [ballot for ballot in self.position.ballots if ballot.state != "CLOSED"]
        assert len(open_ones) == (1 if self.position.state == "DECISION" else 0)

    @invariant()
    def every_version_is_the_one_before_with_its_accepted_amendments(self) -> None:
        texts = self.position.texts
        for older, newer in pairwise(texts):
            accepted = [
                one for one in self.position.amendments if one.is_accepted and one.base_text_version == older.number
            ]
            in_order = sorted(accepted, key=lambda one: one.applied_order)
            assert rebuilt(older.paragraphs, in_order) == [one.text for one in newer.paragraphs]
            assert len({one.pid for one in newer.paragraphs}) == len(newer.paragraphs)
        assert [one.number for one in texts] == list(range(1, len(texts) + 1))

    @invariant()
    def every_result_is_what_an_independent_count_says(self) -> None:
        for ballot in self.position.ballots:
            if ballot.result is not None:
                weights = counted_weights({one.organisation: one.weight for one in ballot.result.eligible})
                for item in ballot.result.items:
                    said = {one.organisation: one.value for one in ballot.stances if one.amendment == item.amendment}
                    heads = [value for one, value in said.items() if one in weights]
                    assert item.heads == {
                        value: heads.count(value) for value in ("AGREE", "ABSTAIN", "DISAGREE", "BLOCK")
                    }
                said = {one.organisation: one.value for one in ballot.stances if one.amendment is None}
                failed = [one.items[0].verdict for one in self.results_before(ballot)].count(Verdict.CONSENT_FAILED)
                assert ballot.result.items[0].verdict == counted_anew(said, weights, ballot.rule, failed > 0)
                found = self.position.recount(ballot)
                assert found is not None
                assert (found.differences, found.late) == ([], 0)

    def results_before(self, ballot: Ballot) -> list[BallotResult]:
        return [one.result for one in self.position.ballots if one.round < ballot.round and one.result]

    @invariant()
    def nobody_holds_two_proxies_or_passes_one_on(self) -> None:
        for ballot in self.position.ballots:
            givers = [one.organisation for one in ballot.proxies]
            holders = [one.holder for one in ballot.proxies]
            assert len(set(givers)) == len(givers)
            assert len(set(holders)) == len(holders)
            assert not set(givers) & set(holders)
            own = {one.organisation for one in ballot.stances if one.holder is None}
            assert not own & set(givers)

    @invariant()
    def what_is_hidden_stays_hidden_and_no_stance_is_out_of_time(self) -> None:
        for ballot in self.position.ballots:
            self.hidden = self.hidden | ({ballot.id} if ballot.hide_results else set())
            assert ballot.hide_results == (ballot.id in self.hidden)
            assert all(ballot.opens_at <= one.at < ballot.closes_at for one in ballot.stances)

    @invariant()
    def silence_is_no_signature_and_no_publication_outruns_a_reply(self) -> None:
        position = self.position
        standing = [one for one in position.signatures if one.stands]
        assert all(one.signed_by is not None for one in standing)
        if position.state == "PUBLISHED" and position.published_at is not None:
            assert not any(one.is_awaited(position.published_at) for one in position.replies)

    @invariant()
    def what_is_allowed_is_what_happens(self) -> None:
        allowed = [one.to for one in self.position.allowed_transitions(self.coalition, self.now, self.convener)]
        assert set(allowed) <= LEGAL.get(self.position.state, set())

    @invariant()
    def published_with_half_of_the_members(self) -> None:
        for _, fact in self.position.__dict__.get("_facts", []):
            if isinstance(fact, PositionPublished):
                assert fact.signatories >= max(3, fact.members / 2)

    @invariant()
    def facts_are_numbered_without_a_gap(self) -> None:
        numbers = [number for number, _ in self.position.__dict__.get("_facts", [])]
        with suppress(IndexError):
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


APosition.TestCase.settings = settings(max_examples=100, stateful_step_count=50, deadline=None)
TestAPosition = APosition.TestCase
