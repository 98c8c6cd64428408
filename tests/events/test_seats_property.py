"""Whatever people and organisers do, in whatever order: no gathering is overbooked and the line is fair."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.backbone.rules import BrokenRule
from services.events.domain.registration import Registration
from services.events.domain.vocabulary import SEATED, RegistrationState
from tests.events.gatherings import NOW, ListedRegistrations, meetup, person, published, seats_of, span

S = RegistrationState
PEOPLE = [person() for _ in range(12)]


@dataclass
class Line:
    """The reference: who sits, who has an offer, who waits in which order; nothing else."""

    places: int
    seated: set[UUID] = field(default_factory=set)
    offered: set[UUID] = field(default_factory=set)
    waiting: list[UUID] = field(default_factory=list)
    passed_over: set[UUID] = field(default_factory=set)
    offers_made: list[UUID] = field(default_factory=list)

    @property
    def free(self) -> int:
        return self.places - len(self.seated) - len(self.offered)

    def join(self, who: UUID) -> None:
        if self.free > 0 and not self.waiting:
            self.seated.add(who)
        else:
            self.waiting.append(who)
        self.promote()

    def leave(self, who: UUID) -> None:
        self.seated.discard(who)
        self.offered.discard(who)
        self.passed_over.discard(who)
        self.waiting = [one for one in self.waiting if one != who]
        self.promote()

    def promote(self) -> None:
        for who in list(self.waiting):
            if self.free > 0 and who not in self.passed_over:
                self.waiting.remove(who)
                self.offered.add(who)
                self.offers_made.append(who)


class SeatsOfAGathering(RuleBasedStateMachine):
    @initialize(places=st.integers(1, 5))
    def a_gathering(self, places: int) -> None:
        self.organiser = person()
        self.now = NOW
        self.event = published(
            meetup(self.organiser, when=span(NOW + timedelta(days=100)), capacity=places), self.organiser
        )
        self.registrations = ListedRegistrations()
        self.line = Line(places)
        self.offers: list[UUID] = []

    def seats(self, by: object = None) -> object:
        return seats_of(self.event, self.registrations, by or self.organiser, self.now)  # type: ignore[arg-type]

    def current(self, who: UUID) -> Registration | None:
        return self.registrations.current_of(self.event.id, who)

    @rule(one=st.sampled_from(PEOPLE))
    def somebody_registers(self, one) -> None:
        if self.current(one.id) is not None:
            with pytest.raises(BrokenRule, match="registered already"):
                self.seats(one).register(one.id)
            return
        self.seats(one).register(one.id)
        self.line.join(one.id)

    @rule(one=st.sampled_from(PEOPLE))
    def somebody_cancels(self, one) -> None:
        registration = self.current(one.id)
        if registration is not None:
            self.seats(one).cancel(registration)
            self.line.leave(one.id)

    @precondition(lambda self: self.line.offered)
    @rule(data=st.data(), accept=st.booleans())
    def an_offer_is_answered(self, data, accept: bool) -> None:
        offered = [one for one in self.registrations.all if one.state == S.OFFERED]
        registration = data.draw(st.sampled_from(offered))
        if accept and registration.offer_expires_at <= self.now:
            with pytest.raises(BrokenRule, match="time to take this seat is over"):
                self.seats().answer_offer(registration, accept=True)
            return
        self.seats().answer_offer(registration, accept=accept)
        if accept:
            self.line.offered.discard(registration.person)
            self.line.seated.add(registration.person)
        else:
            self.line.leave(registration.person)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def offers_lapse(self) -> None:
        due = [
            one.person
            for one in self.registrations.all
            if one.state == S.OFFERED and one.offer_expires_at is not None and one.offer_expires_at <= self.now
        ]
        assert self.seats().lapse_offers() == len(due)
        for who in due:
            self.line.offered.discard(who)
        self.line.promote()

    @rule(places=st.integers(1, 9))
    def the_organiser_changes_the_places(self, places: int) -> None:
        if places < len(self.line.seated) + len(self.line.offered):
            before = self.event.capacity, self.event.version
            with pytest.raises(BrokenRule, match="seats are taken or offered"):
                self.seats().change_capacity(places)
            assert (self.event.capacity, self.event.version) == before
            return
        self.seats().change_capacity(places)
        self.line.places = places
        self.line.promote()

    @precondition(lambda self: self.line.waiting)
    @rule(data=st.data(), eligible=st.booleans())
    def a_waiting_person_is_passed_over_or_no_longer(self, data, eligible: bool) -> None:
        who = data.draw(st.sampled_from(self.line.waiting))
        self.seats().set_eligibility(self.current(who), eligible)
        if eligible:
            self.line.passed_over.discard(who)
        else:
            self.line.passed_over.add(who)
        self.line.promote()

    @invariant()
    def the_counts_are_those_of_the_registrations(self) -> None:
        states = [one.state for one in self.registrations.all]
        assert self.event.confirmed == sum(state in SEATED for state in states)
        assert self.event.offered == states.count(S.OFFERED)
        assert self.event.waiting == states.count(S.WAITLISTED)

    @invariant()
    def nobody_sits_beyond_the_places(self) -> None:
        assert self.event.confirmed + self.event.offered <= self.event.capacity

    @invariant()
    def the_same_people_sit_wait_and_are_offered_seats_in_the_same_order(self) -> None:
        def those(state: S) -> set[UUID]:
            return {one.person for one in self.registrations.all if one.state == state}

        assert those(S.CONFIRMED) == self.line.seated
        assert those(S.OFFERED) == self.line.offered
        waiting = [one for one in self.registrations.all if one.state == S.WAITLISTED]
        assert [one.person for one in sorted(waiting, key=lambda one: one.place_in_line)] == self.line.waiting

    @invariant()
    def seats_are_offered_in_the_order_of_the_reference(self) -> None:
        self.offers += [fact.person for _, fact in self.event.take_facts() if fact.type == "event.seat_offered"]
        assert self.offers == self.line.offers_made

    @invariant()
    def no_seat_stays_free_while_somebody_eligible_waits(self) -> None:
        eligible = [one for one in self.registrations.all if one.state == S.WAITLISTED and one.eligible]
        assert not (eligible and self.event.has_a_free_seat)


SeatsOfAGathering.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSeatsOfAGathering = SeatsOfAGathering.TestCase
