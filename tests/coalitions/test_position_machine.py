"""A position under any sequence of commands: it moves only as domain.md says, and what it promises of a move holds."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.backbone.actor import Actor
from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.coalitions.domain.amendment import Decision, Operation
from services.coalitions.domain.coalition import Coalition, CoalitionState, Visibility
from services.coalitions.domain.membership import Membership, MembershipState
from services.coalitions.domain.policy import DecisionClass
from services.coalitions.domain.position import Position
from services.coalitions.domain.position_parts import Editor, PositionKind
from services.coalitions.domain.signature import SignOffAnswer
from services.coalitions.domain.tally import StanceValue
from services.coalitions.domain.text import consolidated
from tests.coalitions.network import a_person

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


class APosition(RuleBasedStateMachine):
    """Members, the convener and the clock do whatever comes to their mind."""

    @initialize(decision_class=st.sampled_from(list(DecisionClass)), members=st.integers(3, 6))
    def begin(self, decision_class: DecisionClass, members: int) -> None:
        self.now = datetime(2026, 9, 1, tzinfo=UTC)
        self.convener = a_person()
        self.coalition = Coalition.found(
            slug="une",
            name="Une",
            themes=["accueil"],
            call="Un appel.",
            charter="Une charte.",
            visibility=Visibility.PUBLIC,
            convener=self.convener.id,
            by=self.convener,
            now=self.now,
        )
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
            no_evidence_reason="De principe.",
            by=self.editor,
            now=self.now,
        )
        self.before: tuple[Any, ...] = ()

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
            [(one.state, one.closes_at, len(one.stances)) for one in position.ballots],
            [(one.state, one.reservation) for one in position.signatures],
            position.amendments_close_at,
        )

    @rule(days=st.integers(1, 15))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(days=st.integers(3, 9))
    def open_amendments(self, days: int) -> None:
        closes_at = self.now + timedelta(days=days)
        self.tried(self.position.open_amendments, self.coalition, closes_at, by=self.editor)

    @rule(
        place=st.integers(0, 5),
        operation=st.sampled_from(list(Operation)),
        pid=st.sampled_from(["p1", "p2", "a1", None]),
    )
    def submit(self, place: int, operation: Operation, pid: str | None) -> None:
        organisation = self.organisations[place % len(self.organisations)]
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

    @rule(place=st.integers(0, 7), sponsor=st.integers(0, 5))
    def co_sponsor(self, place: int, sponsor: int) -> None:
        if self.position.amendments:
            amendment = self.position.amendments[place % len(self.position.amendments)]
            organisation = self.organisations[sponsor % len(self.organisations)]
            self.tried(
                self.position.co_sponsor, amendment.id, organisation, self.coalition, by=self.voices[organisation]
            )

    @rule()
    def consolidate(self) -> None:
        self.tried(self.position.consolidate, self.coalition, by=self.convener)

    @rule(hide=st.booleans())
    def open_ballot(self, hide: bool) -> None:
        self.tried(self.position.open_ballot, self.coalition, None, hide_results=hide, by=self.convener)

    @rule(place=st.integers(0, 5), value=st.sampled_from(list(StanceValue)), reasoned=st.booleans())
    def cast(self, place: int, value: StanceValue, reasoned: bool) -> None:
        organisation = self.organisations[place % len(self.organisations)]
        self.tried(
            self.position.cast_stance,
            organisation=organisation,
            person=self.voices[organisation].id,
            value=value,
            reason=WHY if reasoned else None,
            amendment=None,
            pids=[],
            coalition=self.coalition,
        )

    @rule(value=st.sampled_from([StanceValue.AGREE, StanceValue.BLOCK]))
    def all_cast(self, value: StanceValue) -> None:
        for place in range(len(self.organisations)):
            self.cast(place, value, True)

    @rule()
    def close_ballot(self) -> None:
        self.tried(self.position.close_ballot, self.coalition, by=self.convener)

    @rule(place=st.integers(0, 5), answer=st.sampled_from(list(SignOffAnswer)))
    def sign(self, place: int, answer: SignOffAnswer) -> None:
        organisation = self.organisations[place % len(self.organisations)]
        self.tried(
            self.position.sign_off,
            organisation=organisation,
            person=self.voices[organisation].id,
            answer=answer,
            reservation="Sauf un point." if answer == SignOffAnswer.SIGNED_WITH_RESERVATION else None,
            by=self.voices[organisation],
        )

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
        open_ones = [ballot for ballot in self.position.ballots if ballot.state == "OPEN"]
        assert len(open_ones) == (1 if self.position.state == "DECISION" else 0)

    @invariant()
    def every_version_is_the_one_before_with_its_accepted_amendments(self) -> None:
        texts = self.position.texts
        for older, newer in pairwise(texts):
            accepted = [
                one for one in self.position.amendments if one.is_accepted and one.base_text_version == older.number
            ]
            assert consolidated(older.paragraphs, accepted) == newer.paragraphs
        assert [one.number for one in texts] == list(range(1, len(texts) + 1))

    @invariant()
    def what_is_allowed_is_what_happens(self) -> None:
        allowed = [one.to for one in self.position.allowed_transitions(self.coalition, self.now, self.convener)]
        assert set(allowed) <= LEGAL.get(self.position.state, set())

    @invariant()
    def published_with_half_of_the_members(self) -> None:
        if self.position.state == "PUBLISHED":
            signed = self.position.signed
            assert signed["signatories"] >= max(3, signed["members"] / 2)

    @invariant()
    def facts_are_numbered_without_a_gap(self) -> None:
        numbers = [number for number, _ in self.position.__dict__.get("_facts", [])]
        with suppress(IndexError):
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


APosition.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
TestAPosition = APosition.TestCase
