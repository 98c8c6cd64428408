"""Who has a seat and who waits: rules 1 to 6 of domain.md section 5, always under the lock of the gathering's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.backbone.actor import Actor
from services.backbone.rules import BrokenRule, refuse_unless
from services.events import facts
from services.events.domain.demands import refuse_bad_shape
from services.events.domain.event import Event, given_reason
from services.events.domain.ledger import Ledger
from services.events.domain.numbers import EVENTS, OFFERS
from services.events.domain.permissions import may_manage, runs
from services.events.domain.registration import Registration, Registrations
from services.events.domain.transitions import not_yours
from services.events.domain.values import Answer, checked_answers, checked_needs
from services.events.domain.vocabulary import EventState, RegistrationState

S = RegistrationState

#: Whose word a new date needs. An offered seat is taken with the new date in sight.
ASKED_TO_RECONFIRM = frozenset({S.CONFIRMED, S.WAITLISTED, S.PENDING_APPROVAL})


@dataclass(frozen=True)
class Seats:
    """The seats of one gathering, for one act by one actor at one time."""

    event: Event
    registrations: Registrations
    by: Actor
    now: datetime

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.event, self.by, self.now)

    def register(self, person: UUID, *, needs: str | None = None, answers: tuple[Answer, ...] = ()) -> Registration:
        """Rule 1: a free seat and nobody waiting confirms; else the waiting list, if there is one."""
        registration = Registration.of(
            self.event.id,
            person,
            self.now,
            needs=checked_needs(needs),
            answers=checked_answers(answers, self.event.questions),
        )
        self._refuse_strangers(registration)
        self._refuse_closed_registration()
        self._refuse_second_registration(person)
        if self.event.approval_required and not may_manage(self.event, self.by):
            self.ledger.move(registration, S.PENDING_APPROVAL)
            self.ledger.tell(facts.RegistrationRequested, registration)
        else:
            self._seat(registration)
        self.registrations.add(registration)
        self.promote()
        return registration

    def approve(self, registration: Registration) -> None:
        """Let a person in whose registration waits for it; never one's own."""
        self._refuse_judging(registration)
        self._seat(registration)
        self.promote()

    def reject(self, registration: Registration, reason: str) -> None:
        """Turn down a registration that waits for approval."""
        self._refuse_judging(registration)
        self.ledger.move(registration, S.REJECTED, reason=given_reason(reason))
        self.ledger.tell(facts.RegistrationRejected, registration)

    def cancel(self, registration: Registration) -> None:
        """Give a seat, a place in the line or a request back. An offered seat is declined."""
        self._refuse_strangers(registration)
        self._refuse_over()
        if registration.state == S.OFFERED:
            self._decline(registration)
            return
        registration.cancelled_late = registration.state == S.CONFIRMED and self._is_late
        self.ledger.move(registration, S.CANCELLED)
        self.ledger.tell(facts.RegistrationCancelled, registration)
        self.promote()

    def answer_offer(self, registration: Registration, accept: bool) -> None:
        """Take or decline an offered seat. Close to the start a waiting person takes a free one without an offer."""
        self._refuse_strangers(registration)
        self._refuse_over()
        if registration.state == S.WAITLISTED and accept:
            self._refuse_no_last_place(registration)
            self.ledger.move(registration, S.OFFERED, rule="event.last_places")
        refuse_unless(
            registration.state == S.OFFERED,
            "ILLEGAL_TRANSITION",
            "registration.no_offer",
            "No seat is offered to this registration.",
        )
        if not accept:
            self._decline(registration)
            return
        expires_at = registration.offer_expires_at
        refuse_unless(
            expires_at is None or self.now < expires_at,
            "DEADLINE_PASSED",
            "registration.offer_lapsed",
            "The time to take this seat is over.",
        )
        self._confirm(registration)

    def lapse_offers(self) -> int:
        """Rule 5: an offer whose time is over frees its seat. Answers how many lapsed."""
        lapsed = self.registrations.lapsed_offers(self.event.id, self.now)
        for registration in lapsed:
            self.ledger.move(registration, S.OFFER_EXPIRED)
            self.ledger.tell(facts.OfferLapsed, registration)
        self.promote()
        return len(lapsed)

    def ask_to_reconfirm(self) -> None:
        """A new date after a postponement: who has a seat, waits or asked for one is to say whether it still suits.

        Who was let in before it was put off has a seat again, and did not attend.
        """
        for registration in self.registrations.checked_in(self.event.id):
            self.ledger.move(registration, S.CONFIRMED, rule="event.postponed")
            registration.attendance_at = None
        for registration in self.registrations.open_of(self.event.id):
            if registration.state in ASKED_TO_RECONFIRM:
                registration.reconfirm_by = self.event.reconfirm_by

    def reconfirm(self, registration: Registration) -> None:
        """The new date suits."""
        self._refuse_strangers(registration)
        self._refuse_over()
        reconfirm_by = registration.reconfirm_by
        refuse_unless(
            reconfirm_by is not None and registration.state in ASKED_TO_RECONFIRM,
            "ILLEGAL_TRANSITION",
            "registration.nothing_to_reconfirm",
            "This registration waits for no reconfirmation.",
        )
        refuse_unless(
            reconfirm_by is None or self.now < reconfirm_by,
            "DEADLINE_PASSED",
            "registration.reconfirmation_over",
            "The time to reconfirm is over.",
        )
        registration.reconfirm_by = None
        registration.changed_at = self.now
        self.ledger.tell(facts.RegistrationReconfirmed, registration)

    def lapse_unreconfirmed(self) -> int:
        """Who did not say in time that the new date suits gives way to who waits. Answers how many."""
        silent = self.registrations.unreconfirmed(self.event.id, self.now)
        for registration in silent:
            registration.reconfirm_by = None
            self.ledger.move(registration, S.CANCELLED, rule="registration.not_reconfirmed")
            self.ledger.tell(facts.RegistrationLapsed, registration)
        self.promote()
        return len(silent)

    def change_capacity(self, capacity: int | None) -> None:
        """More seats promote from the waiting list; there are never fewer than are taken or offered."""
        event = self.event
        event.must_be_run_by(self.by)
        self._refuse_over()
        taken = event.confirmed + event.offered
        refuse_unless(
            capacity is None or capacity >= taken,
            "CAPACITY_FULL",
            "event.capacity_below_taken",
            f"{taken} seats are taken or offered.",
            field="capacity",
            taken=taken,
        )
        event.capacity = capacity
        event.beyond_capacity = 0
        refuse_bad_shape(event)
        event.changed_at = self.now
        event.tell(facts.EventCapacityChanged, seats=event.seats)
        self.promote()

    def set_eligibility(self, registration: Registration, eligible: bool) -> None:
        """Say that a waiting person is to be passed over by offers, or no longer."""
        self.event.must_be_run_by(self.by)
        refuse_unless(
            registration.state == S.WAITLISTED,
            "ILLEGAL_TRANSITION",
            "registration.not_waiting",
            "Only who waits can be passed over.",
        )
        registration.eligible = eligible
        self.ledger.tell(facts.EligibilityChanged, registration, eligible=eligible)
        self.promote()

    def promote(self) -> None:
        """Rule 3: offer while seats are free and somebody eligible waits. Rule 4: close to the start only tell."""
        event = self.event
        if event.state != EventState.PUBLISHED or not event.waiting or not event.has_a_free_seat:
            return
        if self._has_begun:
            return
        if self._no_more_offers:
            event.tell(facts.LastPlacesOpen, free=event.free_seats, seats=event.seats)
            return
        for registration in self.registrations.next_waiting(event.id, event.free_seats):
            self._offer(registration)

    def release_everybody(self) -> int:
        """Every open registration is cancelled by the host. Answers how many."""
        return self._end_all(dict.fromkeys(S, S.CANCELLED_BY_HOST))

    def end_the_line(self) -> int:
        """When the gathering was held, nobody waits any more. Answers how many did."""
        return self._end_all({S.WAITLISTED: S.EXPIRED, S.PENDING_APPROVAL: S.EXPIRED, S.OFFERED: S.OFFER_EXPIRED})

    def settle_no_shows(self) -> int:
        """Who was confirmed and was not checked in did not come. Answers how many."""
        return self._end_all({S.CONFIRMED: S.NO_SHOW})

    def _end_all(self, ends: dict[S, S]) -> int:
        ending = [
            (one, ends[one.state])
            for one in self.registrations.open_of(self.event.id)
            if one.state is not None and one.state in ends
        ]
        for registration, end in ending:
            self.ledger.move(registration, end)
        return len(ending)

    def _seat(self, registration: Registration) -> None:
        event = self.event
        if event.has_a_free_seat and not event.waiting:
            self._confirm(registration)
        elif event.waiting_list:
            self._wait(registration)
        else:
            raise BrokenRule("CAPACITY_FULL", "event.full", "All seats are taken, and there is no waiting list.")

    def _confirm(self, registration: Registration) -> None:
        self.ledger.move(registration, S.CONFIRMED)
        registration.offer_expires_at = None
        registration.reconfirm_by = None
        self.ledger.tell(facts.RegistrationConfirmed, registration)

    def _wait(self, registration: Registration) -> None:
        self.ledger.move(registration, S.WAITLISTED)
        registration.waitlisted_at = self.now
        registration.place_in_line = self.event.version + 1
        self.ledger.tell(facts.RegistrationWaitlisted, registration)

    def _offer(self, registration: Registration) -> None:
        left = self.event.starts_at - self.now
        kept = min(max(left / OFFERS.share_of_time_left, OFFERS.shortest), OFFERS.longest)
        self.ledger.move(registration, S.OFFERED)
        registration.offer_expires_at = self.now + kept
        self.ledger.tell(facts.SeatOffered, registration, expires_at=registration.offer_expires_at)

    def _decline(self, registration: Registration) -> None:
        self.ledger.move(registration, S.OFFER_DECLINED)
        self.ledger.tell(facts.OfferDeclined, registration)
        self.promote()

    @property
    def _has_begun(self) -> bool:
        return self.now >= self.event.starts_at

    @property
    def _is_late(self) -> bool:
        announced = self.event.state == EventState.PUBLISHED
        return announced and self.event.starts_at - self.now < EVENTS.late_within

    @property
    def _no_more_offers(self) -> bool:
        return self.event.starts_at - self.now < OFFERS.none_within

    def _refuse_second_registration(self, person: UUID) -> None:
        """A person has one registration at a time for a gathering."""
        refuse_unless(
            self.registrations.current_of(self.event.id, person) is None,
            "DUPLICATE",
            "registration.exists",
            "This person is registered already.",
        )

    def _refuse_closed_registration(self) -> None:
        event, now = self.event, self.now
        refuse_unless(
            event.state == EventState.PUBLISHED,
            "ILLEGAL_TRANSITION",
            "event.not_open",
            "This gathering takes no registrations now.",
        )
        refuse_unless(
            event.registration_opens_at is None or event.registration_opens_at <= now,
            "DEADLINE_PASSED",
            "event.registration_not_yet_open",
            "Registration has not opened yet.",
        )
        closes_at = event.registration_closes_at or event.starts_at
        refuse_unless(now < closes_at, "DEADLINE_PASSED", "event.registration_closed", "Registration is closed.")

    def _refuse_no_last_place(self, registration: Registration) -> None:
        refuse_unless(
            registration.eligible and self._no_more_offers and self.event.has_a_free_seat and not self._has_begun,
            "CAPACITY_FULL",
            "registration.no_last_place",
            "No seat is free for who waits now.",
        )

    def _refuse_judging(self, registration: Registration) -> None:
        if not runs(self.event, self.by):
            raise not_yours()
        refuse_unless(
            registration.person != self.by.id,
            "SELF_APPROVAL",
            "registration.own_approval",
            "Nobody approves their own registration.",
        )
        refuse_unless(
            registration.state == S.PENDING_APPROVAL,
            "ILLEGAL_TRANSITION",
            "registration.not_pending",
            "This registration does not wait for approval.",
        )

    def _refuse_strangers(self, registration: Registration) -> None:
        own = self.by.id is not None and registration.person == self.by.id
        if not own and not may_manage(self.event, self.by):
            raise not_yours()

    def _refuse_over(self) -> None:
        refuse_unless(
            self.event.state in (EventState.PUBLISHED, EventState.POSTPONED, EventState.DRAFT),
            "ILLEGAL_TRANSITION",
            "event.over",
            "This gathering is over or cancelled.",
        )
