"""Whatever people and organisers do, in whatever order, on two dates: none is overbooked and both lines are fair."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.backbone.actor import Actor, Grant
from services.backbone.rules import BrokenRule
from services.events.domain.attendance import Door, Mark, MarkOutcome
from services.events.domain.event import Event
from services.events.domain.registration import Registration
from services.events.domain.seats import ASKED_TO_RECONFIRM, Seats
from services.events.domain.vocabulary import SEATED, RegistrationState
from services.events.use_cases.move_registration import MoveRegistration, move_registration
from tests.events.gatherings import NOW, ListedRegistrations, meetup, person, published, seats_of, span
from tests.events.waiting_line import Line

S = RegistrationState
PEOPLE = [person() for _ in range(9)]
AHEAD = timedelta(days=100)
DATES = st.sampled_from([0, 1])


@dataclass
class Now:
    """One transaction on gatherings in memory: what a use case asks of its work."""

    actor: Actor
    now: datetime
    gatherings: list[Event]
    registrations: ListedRegistrations

    @property
    def events(self) -> Now:
        return self

    def get(self, identity: UUID) -> Event:
        return next(one for one in self.gatherings if one.id == identity)

    def expect(self, thing: Any, version: int | None) -> None:
        assert version is None


@dataclass
class Memory:
    """Everything that a refused command must leave as it was."""

    gatherings: list[Event]
    registrations: ListedRegistrations = field(default_factory=ListedRegistrations)


class SeatsOfTwoDates(RuleBasedStateMachine):
    near = False

    @initialize(
        places=st.tuples(st.integers(1, 2), st.integers(1, 2)),
        wanted=st.permutations(PEOPLE),
        passed_over=st.sets(st.sampled_from(PEOPLE), max_size=3),
    )
    def two_dates(self, places: tuple[int, int], wanted: list[Actor], passed_over: set[Actor]) -> None:
        """Both are full from the beginning, with people waiting: that is where rules matter."""
        self.organiser, self.now = person(), NOW
        self.memory = Memory(
            [published(meetup(self.organiser, when=span(NOW + AHEAD), capacity=n), self.organiser) for n in places]
        )
        self.lines = [Line(n) for n in places]
        self.offers: list[list[UUID]] = [[], []]
        self.reconfirm_by: list[datetime] = [NOW, NOW]
        self.helper = person(*(Grant("CHECKIN", event.subject) for event in self.memory.gatherings))
        for number, one in enumerate(wanted):
            self.somebody_registers(number % 3 == 0, one)
        for date, line in enumerate(self.lines):
            for one in [one for one in wanted if one in passed_over and one.id in line.waiting]:
                self.is_passed_over(date, one.id, False)
        if self.near:
            self.the_next_start_is_near()

    def event(self, date: int) -> Event:
        return self.memory.gatherings[date]

    def seats(self, date: int, by: Actor | None = None) -> Seats:
        return seats_of(self.event(date), self.memory.registrations, by or self.organiser, self.now)

    def those(self, date: int, *states: S) -> list[Registration]:
        return self.memory.registrations.those(self.event(date).id, *states)

    def current(self, date: int, who: UUID) -> Registration | None:
        return self.memory.registrations.current_of(self.event(date).id, who)

    @rule(date=DATES, one=st.sampled_from(PEOPLE))
    def somebody_registers(self, date: int, one: Actor) -> None:
        if self.current(date, one.id) is not None or not self.lines[date].announced:
            with pytest.raises(BrokenRule, match=r"registered already|takes no registrations now"):
                self.seats(date, one).register(one.id)
            return
        self.seats(date, one).register(one.id)
        self.lines[date].join(one.id)

    @precondition(lambda self: any(line.seated for line in self.lines))
    @rule(data=st.data(), date=DATES, state=st.sampled_from([S.CONFIRMED, S.WAITLISTED, S.OFFERED, S.OFFERED]))
    def somebody_cancels(self, data: st.DataObject, date: int, state: S) -> None:
        mine = self.those(date, state) or self.those(date, S.CONFIRMED)
        if mine:
            registration = data.draw(st.sampled_from(mine))
            self.seats(date).cancel(registration)
            self.lines[date].leave(registration.person)

    @precondition(lambda self: any(line.offered for line in self.lines))
    @rule(data=st.data(), date=DATES, accept=st.sampled_from([True, True, False]))
    def an_offer_is_answered(self, data: st.DataObject, date: int, accept: bool) -> None:
        offered = self.those(date, S.OFFERED)
        if not offered:
            return
        registration = data.draw(st.sampled_from(offered))
        if accept and registration.offer_expires_at <= self.now:
            with pytest.raises(BrokenRule, match="time to take this seat is over"):
                self.seats(date).answer_offer(registration, accept=True)
            return
        self.seats(date).answer_offer(registration, accept=accept)
        if accept:
            self.lines[date].sit(registration.person)
        else:
            self.lines[date].leave(registration.person)

    @precondition(lambda self: any(line.close and line.waiting for line in self.lines))
    @rule(data=st.data(), date=DATES)
    def somebody_who_waits_wants_a_last_place(self, data: st.DataObject, date: int) -> None:
        line = self.lines[date]
        if not line.waiting:
            return
        not_offered = [one for one in line.waiting if one in line.passed_over]
        who = data.draw(st.sampled_from([*line.waiting, *not_offered * 2]))
        if not line.close or line.free < 1 or who in line.passed_over:
            with pytest.raises(BrokenRule, match="No seat is free for who waits"):
                self.seats(date).answer_offer(self.current(date, who), accept=True)
            return
        self.seats(date).answer_offer(self.current(date, who), accept=True)
        line.sit(who)

    @rule(data=st.data(), date=DATES)
    def somebody_moves_to_the_other_date(self, data: st.DataObject, date: int) -> None:
        mine = self.those(date, S.CONFIRMED, S.WAITLISTED, S.OFFERED)
        if not mine:
            return
        registration, other = data.draw(st.sampled_from(mine)), self.lines[1 - date]
        who, before = registration.person, deepcopy(self.memory)
        by = next(one for one in PEOPLE if one.id == who)
        now = Now(by, self.now, self.memory.gatherings, self.memory.registrations)
        command = MoveRegistration(registration=registration.id, event=self.event(1 - date).id)
        there = self.current(1 - date, who) is None and other.announced and other.takes_at_once
        if not there:
            with pytest.raises(BrokenRule):
                move_registration(command, now)
            self.memory = before
            return
        move_registration(command, now)
        other.join(who)
        self.lines[date].leave(who)

    @property
    def starts_soon(self) -> bool:
        return self.now > min(one.starts_at for one in self.memory.gatherings) - timedelta(days=8)

    @precondition(lambda self: not self.starts_soon)
    @rule(hours=st.sampled_from([1, 2, 24, 7 * 24]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(turn=st.integers(1, 9))
    def the_next_start_comes_near(self, turn: int) -> None:
        """Seldom, for there is no way back."""
        if turn == 1:
            self.the_next_start_is_near()

    def the_next_start_is_near(self) -> None:
        """An hour is left: no more offers are made."""
        self.now = max(self.now, min(one.starts_at for one in self.memory.gatherings) - timedelta(hours=1))
        for line, one in zip(self.lines, self.memory.gatherings, strict=True):
            line.close = one.starts_at - self.now < timedelta(hours=2)

    @precondition(lambda self: any(line.offered for line in self.lines))
    @rule(date=DATES, late=st.booleans())
    def offers_lapse(self, date: int, late: bool) -> None:
        """The job comes by, perhaps only when every offer's time is over."""
        times = [one.offer_expires_at for one in self.those(date, S.OFFERED)]
        if late and times and not self.starts_soon:
            self.now = max(self.now, *times)
        due = [one.person for one in self.those(date, S.OFFERED) if one.offer_expires_at <= self.now]
        assert self.seats(date).lapse_offers() == len(due)
        self.lines[date].leave(*due)

    @rule(date=DATES, places=st.integers(1, 3))
    def the_organiser_changes_the_places(self, date: int, places: int) -> None:
        """Never so many that nobody waits any more: then little would be left to see."""
        line, event = self.lines[date], self.event(date)
        if places < len(line.seated) + len(line.offered):
            before = event.capacity, event.version
            with pytest.raises(BrokenRule, match="seats are taken or offered"):
                self.seats(date).change_capacity(places)
            assert (event.capacity, event.version) == before
            return
        self.seats(date).change_capacity(places)
        line.places = places
        line.promote()

    @precondition(lambda self: any(line.waiting for line in self.lines))
    @rule(data=st.data(), date=DATES, eligible=st.sampled_from([False, False, True]))
    def a_waiting_person_is_passed_over_or_no_longer(self, data: st.DataObject, date: int, eligible: bool) -> None:
        line = self.lines[date]
        if not line.waiting:
            return
        self.is_passed_over(date, data.draw(st.sampled_from(line.waiting)), eligible)

    def is_passed_over(self, date: int, who: UUID, eligible: bool) -> None:
        line = self.lines[date]
        self.seats(date).set_eligibility(self.current(date, who), eligible)
        (line.passed_over.discard if eligible else line.passed_over.add)(who)
        line.promote()

    @precondition(lambda self: any(line.close for line in self.lines))
    @rule(date=DATES, one=st.sampled_from(PEOPLE))
    def somebody_comes_to_the_door(self, date: int, one: Actor) -> None:
        """A helper lets in who has a seat or an offer, and others only where a seat is free that nobody waits for."""
        line, before = self.lines[date], deepcopy(self.memory)
        door, mark = Door(self.seats(date, self.helper)), Mark(at=self.now, person=one.id)
        if not line.announced:
            with pytest.raises(BrokenRule, match="Nobody is checked in"):
                door.take([mark])
            return
        [result] = door.take([mark])
        if result.outcome == MarkOutcome.REFUSED:
            self.memory = before
        lets_in = line.close and (one.id in line.seated | line.offered or line.takes_at_once)
        assert (result.outcome != MarkOutcome.REFUSED) == lets_in
        if lets_in:
            line.sit(one.id)

    @precondition(lambda self: any(line.waiting and line.announced for line in self.lines))
    @rule(date=DATES, known=st.booleans())
    def the_date_is_put_off(self, date: int, known: bool) -> None:
        if self.lines[date].announced:
            self.event(date).postpone(reason="La salle est prise.", by=self.organiser, now=self.now)
            self.lines[date].announced = False
            if known:
                self.a_new_date_is_found(date)

    @precondition(lambda self: not all(line.announced for line in self.lines))
    @precondition(lambda self: not all(line.announced for line in self.lines))
    @rule(date=DATES)
    def who_looked_for_a_date_finds_it(self, date: int) -> None:
        self.a_new_date_is_found(date)

    def a_new_date_is_found(self, date: int) -> None:
        event, line = self.event(date), self.lines[date]
        if line.announced:
            return
        event.reschedule(span(self.now + AHEAD), event.place, event.mode, by=self.organiser, now=self.now)
        self.seats(date).ask_to_reconfirm()
        self.seats(date).promote()
        self.reconfirm_by[date] = self.now + timedelta(days=7)
        line.close = False
        line.announce()

    @precondition(lambda self: any(line.unsure for line in self.lines))
    @rule(data=st.data(), date=DATES)
    def somebody_says_that_the_new_date_suits(self, data: st.DataObject, date: int) -> None:
        asked = sorted(self.lines[date].unsure)
        if not asked:
            return
        registration = self.current(date, data.draw(st.sampled_from(asked)))
        if self.now >= self.reconfirm_by[date]:
            with pytest.raises(BrokenRule, match="time to reconfirm is over"):
                self.seats(date).reconfirm(registration)
            return
        self.seats(date).reconfirm(registration)
        self.lines[date].unsure.discard(registration.person)

    @precondition(lambda self: any(line.unsure for line in self.lines))
    @rule(date=DATES)
    def who_did_not_say_so_gives_way(self, date: int) -> None:
        line = self.lines[date]
        if not line.announced:
            return
        silent = sorted(line.unsure) if self.now >= self.reconfirm_by[date] else []
        assert self.seats(date).lapse_unreconfirmed() == len(silent)
        line.leave(*silent)

    @invariant()
    def the_counts_are_those_of_the_registrations(self) -> None:
        for date in (0, 1):
            event = self.event(date)
            states = [one.state for one in self.memory.registrations.all if one.event == event.id]
            assert event.confirmed == sum(state in SEATED for state in states)
            assert event.offered == states.count(S.OFFERED)
            assert event.waiting == states.count(S.WAITLISTED)

    @invariant()
    def nobody_sits_beyond_the_places(self) -> None:
        for event in self.memory.gatherings:
            assert event.confirmed + event.offered <= event.capacity

    @invariant()
    def the_same_people_sit_wait_and_are_offered_seats_in_the_same_order(self) -> None:
        for date, line in enumerate(self.lines):
            assert {one.person for one in self.those(date, *SEATED)} == line.seated
            assert {one.person for one in self.those(date, S.OFFERED)} == line.offered
            waiting = sorted(self.those(date, S.WAITLISTED), key=lambda one: one.place_in_line)
            assert [one.person for one in waiting] == line.waiting
            asked = self.those(date, *ASKED_TO_RECONFIRM)
            assert {one.person for one in asked if one.reconfirm_by is not None} == line.unsure

    @invariant()
    def seats_are_offered_in_the_order_of_the_reference(self) -> None:
        for date, line in enumerate(self.lines):
            facts = [fact for _, fact in self.event(date).take_facts()]
            self.offers[date] += [fact.person for fact in facts if fact.type == "event.seat_offered"]
            assert self.offers[date] == line.offers_made

    @invariant()
    def no_seat_stays_free_while_somebody_eligible_waits(self) -> None:
        for date, line in enumerate(self.lines):
            eligible = [one for one in self.those(date, S.WAITLISTED) if one.eligible]
            assert not (line.announced and not line.close and eligible and self.event(date).has_a_free_seat)


class SeatsInTheLastHour(SeatsOfTwoDates):
    """An hour before the start: no more offers, free seats are for the first who asks, and the door is open."""

    near = True


SeatsOfTwoDates.TestCase.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
SeatsInTheLastHour.TestCase.settings = settings(max_examples=70, stateful_step_count=30, deadline=None)
TestSeatsOfTwoDates = SeatsOfTwoDates.TestCase
TestSeatsInTheLastHour = SeatsInTheLastHour.TestCase
