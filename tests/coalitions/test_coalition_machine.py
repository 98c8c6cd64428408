"""A coalition under any sequence of commands: organisations come, stay and go, call and charter are accepted anew."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.coalitions.domain.membership import GONE, Category, Membership
from services.coalitions.domain.policy import Electorate
from tests.coalitions.in_memory import BEGIN, founded
from tests.coalitions.network import a_person

LEGAL: dict[str, dict[str | None, set[str]]] = {
    "coalition": {
        None: {"FORMING"},
        "FORMING": {"ACTIVE", "CLOSED"},
        "ACTIVE": {"DORMANT", "CLOSED"},
        "DORMANT": {"ACTIVE", "CLOSED"},
    },
    "membership": {
        None: {"INVITED", "APPLIED"},
        "INVITED": {"APPLIED", "DECLINED", "EXPIRED"},
        "APPLIED": {"ADMITTED", "REFUSED"},
        "ADMITTED": {"SUSPENDED", "LEFT", "EXPELLED"},
        "SUSPENDED": {"ADMITTED", "LEFT", "EXPELLED"},
        **{gone: {"INVITED", "APPLIED"} for gone in GONE},
    },
    "category": {"MEMBER": {"OBSERVER"}, "OBSERVER": {"MEMBER"}},
}
ORGANISATIONS = st.integers(0, 5)


class ACoalition(RuleBasedStateMachine):
    """The convener, six organisations and the clock do whatever comes to their mind."""

    @initialize()
    def begin(self) -> None:
        self.now = BEGIN
        self.convener = a_person()
        self.organisations = [new_id() for _ in range(6)]
        self.coalition = founded(self.convener)
        self.chose_to_observe: set[UUID] = set()
        for organisation in self.organisations[:3]:
            self.enters(organisation, Category.MEMBER)
        self.tried(self.coalition.choose_steering, self.organisations[:2])
        self.tried(self.coalition.activate)

    def enters(self, organisation: UUID, category: Category) -> None:
        """Asks to come in, is admitted, and accepts the charter."""
        applied = {"verified": True, "accepts_charter": True, "by": a_person()}
        before = self.version
        self.tried(self.coalition.receive_application, organisation, category, **applied)
        if self.version > before:
            present = self.coalition.membership_of(organisation)
            assert present is not None
            self.chose_to_observe -= {organisation}
            self.chose_to_observe |= {organisation} if present.category != Category.MEMBER else set()
            self.tried(self.coalition.admit, present.id)

    @property
    def version(self) -> int:
        return self.coalition.version

    def tried(self, act: Any, *arguments: Any, **named: Any) -> None:
        """Do it; a refusal leaves the coalition as it was."""
        before = self.look()
        try:
            act(*arguments, **{"by": self.convener, "now": self.now, **named})
        except BrokenRule:
            assert self.look() == before

    def look(self) -> tuple[Any, ...]:
        coalition = self.coalition
        each = [
            (one.organisation, one.state, one.category, one.weight, one.accepted_charter, one.accept_until, one.demoted)
            for one in coalition.memberships
        ]
        written = (coalition.name, coalition.call, coalition.charter, list(coalition.charters))
        return (coalition.version, coalition.state, each, list(coalition.steering), *written, list(coalition.decisions))

    def membership(self, place: int) -> UUID:
        """The membership of an organisation, or one that there is not."""
        present = self.coalition.membership_of(self.organisations[place])
        return present.id if present else new_id()

    @rule(place=ORGANISATIONS, category=st.sampled_from(list(Category)))
    def invite(self, place: int, category: Category) -> None:
        before = self.version
        self.tried(self.coalition.invite, self.organisations[place], category)
        if self.version > before:
            self.chose_to_observe -= {self.organisations[place]}
            self.chose_to_observe |= {self.organisations[place]} if category != Category.MEMBER else set()

    @rule(place=ORGANISATIONS, category=st.sampled_from(list(Category)))
    def enter(self, place: int, category: Category) -> None:
        self.enters(self.organisations[place], category)

    @rule(place=ORGANISATIONS, act=st.sampled_from(["admit", "decline", "leave", "reinstate"]))
    def change(self, place: int, act: str) -> None:
        self.tried(getattr(self.coalition, act), self.membership(place))

    @rule(place=ORGANISATIONS, act=st.sampled_from(["refuse", "suspend"]))
    def change_for_a_reason(self, place: int, act: str) -> None:
        self.tried(getattr(self.coalition, act), self.membership(place), reason="Une raison.")

    @rule(place=ORGANISATIONS, decided=st.booleans())
    def expel(self, place: int, decided: bool) -> None:
        self.tried(self.coalition.expel, self.membership(place), decided=decided, reason="Une raison.")

    @rule(place=ORGANISATIONS)
    def accept_charter(self, place: int) -> None:
        self.tried(self.coalition.accept_charter, self.organisations[place])

    @rule(
        decision=st.sampled_from(["new", "new", "new", "used", "none"]),
        changed=st.sampled_from([("charter",), ("call",), ("call", "charter"), ()]),
    )
    def revise(self, decision: str, changed: tuple[str, ...]) -> None:
        named = {"new": new_id(), "none": None, "used": next(iter(self.coalition.decisions), None)}[decision]
        self.tried(self.coalition.revise, decision=named, **dict.fromkeys(changed, f"Version {self.version}."))

    @rule(days=st.sampled_from([0, 31, 61]))
    def time_passes_and_jobs_run(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.coalition.expire_invitations(by=self.convener, now=self.now)
        gone = {one.organisation: one.category for one in self.coalition.memberships if one.is_gone}
        self.coalition.end_acceptance(by=self.convener, now=self.now)
        for organisation, category in gone.items():
            present = self.coalition.membership_of(organisation)
            assert present is not None
            assert present.category == category, "what becomes of members is nothing to those who are gone"

    @rule(act=st.sampled_from(["rest", "wake", "activate"]))
    def sleep_or_wake(self, act: str) -> None:
        self.tried(getattr(self.coalition, act))

    @rule(sure=st.integers(0, 9), decided=st.booleans())
    def close(self, sure: int, decided: bool) -> None:
        if sure == 0:
            self.tried(self.coalition.close, decided=decided, reason="C'est fait.")

    @rule(places=st.lists(ORGANISATIONS, max_size=3))
    def choose_steering(self, places: list[int]) -> None:
        self.tried(self.coalition.choose_steering, [self.organisations[place] for place in places])

    @invariant()
    def it_moves_only_as_it_may(self) -> None:
        for move in self.coalition.take_moves():
            table = "category" if move.aspect == "category" else move.subject.partition("/")[0]
            assert move.to_state in LEGAL[table][move.from_state], move

    @invariant()
    def the_charter_s_versions_are_whole_and_in_order(self) -> None:
        charters = self.coalition.charters
        assert [one.version for one in charters] == list(range(1, self.coalition.charter_version + 1))
        assert (charters[-1].call, charters[-1].charter) == (self.coalition.call, self.coalition.charter)
        assert all(older.since <= newer.since for older, newer in pairwise(charters))

    @invariant()
    def a_decision_is_carried_out_once(self) -> None:
        assert len(set(self.coalition.decisions)) == len(self.coalition.decisions)
        assert len(self.coalition.charters) <= 1 + len(self.coalition.decisions)

    @invariant()
    def only_admitted_members_weigh_and_steer(self) -> None:
        members = self.coalition.weights(Electorate.MEMBERS)
        steering = self.coalition.weights(Electorate.STEERING)
        assert steering.items() <= members.items()
        for one in self.coalition.memberships:
            assert (one.organisation in members) == (one.state == "ADMITTED" and one.category == "MEMBER")
            if one.organisation in self.coalition.steering:
                assert one.is_inside
                assert one.category == "MEMBER"

    @invariant()
    def who_is_late_observes_until_it_accepts_and_who_chose_to_observe_goes_on(self) -> None:
        for one in self.coalition.memberships:
            assert not one.demoted or self.waits_outside(one)
            if one.organisation in self.chose_to_observe:
                assert one.category != Category.MEMBER
            elif one.is_inside and one.accepted_charter == self.coalition.charter_version:
                assert one.category == Category.MEMBER

    def waits_outside(self, one: Membership) -> bool:
        return one.category == Category.OBSERVER and one.accepted_charter != self.coalition.charter_version

    @invariant()
    def an_organisation_has_one_place(self) -> None:
        places = [one.organisation for one in self.coalition.memberships]
        assert len(set(places)) == len(places)

    @invariant()
    def facts_are_numbered_without_a_gap(self) -> None:
        numbers = [number for number, _ in self.coalition.__dict__.get("_facts", [])]
        assert numbers == list(range(1, len(numbers) + 1))


ACoalition.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestACoalition = ACoalition.TestCase
