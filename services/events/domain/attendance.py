"""Who came: marks made at the door by several devices, in any order, as often as they like (rule 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.backbone.rules import BrokenRule, not_found, refuse_unless
from services.events import facts
from services.events.domain.numbers import ATTENDANCE
from services.events.domain.permissions import may_check_in, may_manage
from services.events.domain.registration import Registration
from services.events.domain.seats import Seats
from services.events.domain.transitions import not_yours
from services.events.domain.vocabulary import OPEN, SEATED, EventState, RegistrationState

S = RegistrationState


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a device noted: somebody came, or (``undo``) did not after all. ``at`` is the device's time.

    A person without a registration is a walk-in.
    """

    at: datetime
    registration: UUID | None = None
    person: UUID | None = None
    undo: bool = False


class MarkOutcome(StrEnum):
    CHECKED_IN = "CHECKED_IN"
    UNDONE = "UNDONE"
    UNCHANGED = "UNCHANGED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, kw_only=True)
class MarkResult:
    """What became of a mark."""

    outcome: MarkOutcome
    registration: UUID | None = None
    problem: BrokenRule | None = None


@dataclass(frozen=True)
class Door:
    """The door of one gathering, for one batch of marks.

    The latest mark counts, by the devices' times; of two at the same time the check-in does. So the order in which
    batches arrive does not matter.
    """

    seats: Seats

    def take(self, marks: Sequence[Mark]) -> list[MarkResult]:
        """Work a batch off; a mark that is refused does not stop the others."""
        event = self.seats.event
        if not may_check_in(event, self.seats.by):
            raise not_yours()
        refuse_unless(
            event.state in (EventState.PUBLISHED, EventState.HELD),
            "ILLEGAL_TRANSITION",
            "event.no_check_in",
            "Nobody is checked in to this gathering now.",
        )
        refuse_unless(
            len(marks) <= ATTENDANCE.most_in_a_batch,
            "VALIDATION",
            "event.too_many_marks",
            f"A batch has {ATTENDANCE.most_in_a_batch} marks at most.",
            field="marks",
            most=ATTENDANCE.most_in_a_batch,
        )
        known = self._known(marks)
        results = [self._result_of(mark, known) for mark in marks]
        self._tell(results)
        return results

    def correct(self, registration: Registration, attended: bool) -> None:
        """Set right what was settled, within 14 days."""
        event = self.seats.event
        event.must_be_run_by(self.seats.by)
        refuse_unless(
            event.state == EventState.CLOSED,
            "ILLEGAL_TRANSITION",
            "event.attendance_open",
            "Attendance is corrected once it was settled; until then check people in.",
        )
        refuse_unless(
            self.seats.now < (event.held_at or event.ends_at) + ATTENDANCE.corrected_until,
            "DEADLINE_PASSED",
            "event.corrections_over",
            "Attendance is corrected within 14 days.",
        )
        self.seats.ledger.move(registration, S.ATTENDED if attended else S.NO_SHOW)
        outcome = MarkOutcome.CHECKED_IN if attended else MarkOutcome.UNDONE
        self._tell([MarkResult(outcome=outcome, registration=registration.id)])

    def _known(self, marks: Sequence[Mark]) -> dict[UUID, Registration]:
        """The registrations that a batch speaks of, by their own id and by their person's, read at once."""
        identities = {mark.registration for mark in marks if mark.registration is not None}
        persons = {mark.person for mark in marks if mark.person is not None}
        known: dict[UUID, Registration] = {}
        for one in self.seats.registrations.named(self.seats.event.id, identities, persons):
            known[one.id] = one
            if one.state in OPEN | SEATED:
                known[one.person] = one
        return known

    def _result_of(self, mark: Mark, known: dict[UUID, Registration]) -> MarkResult:
        try:
            self._refuse_bad_time(mark)
            registration = known.get(mark.registration or mark.person or self.seats.event.id)
            if mark.undo:
                return self._undo(registration, mark)
            registration = registration or self._walk_in(mark)
            known[registration.person] = registration
            return self._check_in(registration, mark)
        except BrokenRule as broken:
            return MarkResult(outcome=MarkOutcome.REFUSED, registration=mark.registration, problem=broken)

    def _check_in(self, registration: Registration, mark: Mark) -> MarkResult:
        unchanged = MarkResult(outcome=MarkOutcome.UNCHANGED, registration=registration.id)
        if registration.attendance_at is not None and mark.at < registration.attendance_at:
            return unchanged
        if registration.state != S.ATTENDED:
            if registration.state != S.CONFIRMED:
                self._seat_at_the_door(registration)
            self.seats.ledger.move(registration, S.ATTENDED)
            unchanged = replace(unchanged, outcome=MarkOutcome.CHECKED_IN)
        registration.attendance_at = mark.at
        return unchanged

    def _undo(self, registration: Registration | None, mark: Mark) -> MarkResult:
        if registration is None:
            raise not_found("registration", mark.registration or mark.person)
        unchanged = MarkResult(outcome=MarkOutcome.UNCHANGED, registration=registration.id)
        if registration.attendance_at is not None and mark.at <= registration.attendance_at:
            return unchanged
        registration.attendance_at = mark.at
        if registration.state != S.ATTENDED:
            return unchanged
        self.seats.ledger.move(registration, S.CONFIRMED)
        return replace(unchanged, outcome=MarkOutcome.UNDONE)

    def _walk_in(self, mark: Mark) -> Registration:
        if mark.registration is not None or mark.person is None:
            raise not_found("registration", mark.registration)
        registration = Registration.of(self.seats.event.id, mark.person, self.seats.now, walk_in=True)
        self._seat_at_the_door(registration)
        self.seats.registrations.add(registration)
        return registration

    def _seat_at_the_door(self, registration: Registration) -> None:
        """A free seat that nobody waits for, one's own offer, or what only those who run the gathering may add."""
        event, before, ledger = self.seats.event, registration.state, self.seats.ledger
        free = event.has_a_free_seat and not event.waiting and before != S.PENDING_APPROVAL
        refuse_unless(
            before == S.OFFERED or free or may_manage(event, self.seats.by),
            "CAPACITY_FULL",
            "registration.door_is_full",
            "No seat is free; an organiser may add this person.",
        )
        if before != S.OFFERED and not event.has_a_free_seat:
            event.beyond_capacity += 1
        if before == S.WAITLISTED:
            ledger.move(registration, S.OFFERED, rule="registration.at_the_door")
        ledger.move(registration, S.CONFIRMED, rule="registration.at_the_door")
        registration.offer_expires_at = None
        ledger.tell(facts.RegistrationConfirmed, registration)

    def _refuse_bad_time(self, mark: Mark) -> None:
        event = self.seats.event
        opens_at = event.starts_at - ATTENDANCE.opens_before
        closes_at = event.ends_at + ATTENDANCE.closes_after
        refuse_unless(
            opens_at <= mark.at <= closes_at,
            "DEADLINE_PASSED",
            "registration.check_in_closed",
            "People are checked in from an hour before the start until 24 hours after the end.",
            field="at",
        )
        refuse_unless(
            mark.at <= self.seats.now + ATTENDANCE.clock_difference,
            "VALIDATION",
            "registration.mark_in_the_future",
            "The device's clock is ahead of ours.",
            field="at",
        )

    def _tell(self, results: Sequence[MarkResult]) -> None:
        def those(outcome: MarkOutcome) -> list[UUID]:
            return [one.registration for one in results if one.outcome == outcome and one.registration is not None]

        checked_in, undone = those(MarkOutcome.CHECKED_IN), those(MarkOutcome.UNDONE)
        if checked_in or undone:
            event = self.seats.event
            event.changed_at = self.seats.now
            event.tell(facts.AttendanceRecorded, attended=event.attended, checked_in=checked_in, undone=undone)
