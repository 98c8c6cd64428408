"""One person's registration for one gathering: a part of it, with states of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.backbone.identifiers import new_id
from services.backbone.rules import BrokenRule
from services.events.domain.values import Answer
from services.events.domain.vocabulary import RegistrationState

S = RegistrationState

#: What may become of a registration. An offer that one does not want is declined; a request may be withdrawn.
BECOMES: dict[S | None, frozenset[S]] = {
    None: frozenset({S.PENDING_APPROVAL, S.CONFIRMED, S.WAITLISTED}),
    S.PENDING_APPROVAL: frozenset({S.CONFIRMED, S.WAITLISTED, S.REJECTED, S.CANCELLED, S.CANCELLED_BY_HOST, S.EXPIRED}),
    S.CONFIRMED: frozenset({S.CANCELLED, S.ATTENDED, S.NO_SHOW, S.CANCELLED_BY_HOST}),
    S.WAITLISTED: frozenset({S.OFFERED, S.CANCELLED, S.EXPIRED, S.CANCELLED_BY_HOST}),
    S.OFFERED: frozenset({S.CONFIRMED, S.OFFER_DECLINED, S.OFFER_EXPIRED, S.CANCELLED_BY_HOST}),
    S.ATTENDED: frozenset({S.CONFIRMED, S.NO_SHOW}),
    S.NO_SHOW: frozenset({S.ATTENDED}),
}


@dataclass(eq=False, kw_only=True)
class Registration:
    """``state`` is None only until the first is decided.

    ``place_in_line`` orders those who wait: it is drawn from the event's version, under the event's lock, so the order
    is that of the commits, which the clocks of several workers could not promise. ``attendance_at`` is the device's
    time of the last mark at the door, of a check-in or of its undoing: the latest mark counts.

    ``cancelled_late`` marks a seat given back so close to the start that hardly anybody can take it.

    ``needs`` and ``answers`` are what the person told the organisers; they are deleted in time. ``reconfirm_by`` is set
    while a new date waits for the person's word.
    """

    id: UUID
    event: UUID
    person: UUID
    state: RegistrationState | None = None
    registered_at: datetime
    eligible: bool = True
    walk_in: bool = False
    waitlisted_at: datetime | None = None
    place_in_line: int | None = None
    offer_expires_at: datetime | None = None
    attendance_at: datetime | None = None
    reconfirm_by: datetime | None = None
    cancelled_late: bool = False
    needs: str | None = None
    answers: tuple[Answer, ...] = ()
    changed_at: datetime

    @classmethod
    def of(
        cls,
        event: UUID,
        person: UUID,
        now: datetime,
        *,
        walk_in: bool = False,
        needs: str | None = None,
        answers: tuple[Answer, ...] = (),
    ) -> Registration:
        """A new registration; its first state is still to be decided."""
        return cls(
            id=new_id(),
            event=event,
            person=person,
            registered_at=now,
            changed_at=now,
            walk_in=walk_in,
            needs=needs,
            answers=answers,
        )

    @property
    def subject(self) -> str:
        return f"registration/{self.id}"

    def become(self, state: RegistrationState, now: datetime) -> RegistrationState | None:
        """Move to a state that the table allows; answers the state before."""
        before = self.state
        if state not in BECOMES.get(before, ()):
            raise BrokenRule(
                "ILLEGAL_TRANSITION",
                "registration.illegal_transition",
                f"A registration that is {before} cannot become {state}.",
                values={"from": before, "to": state},
            )
        self.state = state
        self.changed_at = now
        return before


class Registrations(Protocol):
    """Where the registrations of a gathering are found. Only what a command needs is loaded, never all of 2,000."""

    def add(self, registration: Registration) -> None:
        """Keep a new registration."""

    def get(self, identity: UUID) -> Registration:
        """The registration with this id, or NOT_FOUND."""

    def current_of(self, event: UUID, person: UUID) -> Registration | None:
        """The person's registration that is open or stands for a seat."""

    def named(self, event: UUID, identities: Collection[UUID], persons: Collection[UUID]) -> Sequence[Registration]:
        """A gathering's registrations with these ids, and the current ones of these persons."""

    def next_waiting(self, event: UUID, most: int | None) -> Sequence[Registration]:
        """Eligible waiting people in the order in which they began to wait, at most so many."""

    def lapsed_offers(self, event: UUID, now: datetime) -> Sequence[Registration]:
        """Offers whose time is over, in the order in which it ended."""

    def unreconfirmed(self, event: UUID, now: datetime) -> Sequence[Registration]:
        """Seats and places in the line whose time to reconfirm is over, in the order in which people registered."""

    def checked_in(self, event: UUID) -> Sequence[Registration]:
        """Who was let in already, in the order in which people registered."""

    def open_of(self, event: UUID) -> Sequence[Registration]:
        """All that are open, in the order in which people registered."""
