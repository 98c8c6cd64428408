"""What the events service tells: what was scheduled, who has a seat (ids only), what was held and came of it.

Every fact carries enough of the gathering to be shown without a question back: its slug, title, kind and times. Seats
are ``{capacity, confirmed, offered, waiting}``; a capacity of null is without limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from services.backbone.aggregate import Fact
from services.backbone.erasure import PersonErasedIn as PersonErasedIn


@dataclass(frozen=True, kw_only=True)
class EventFact(Fact):
    """The gathering that a fact is about, as it is after what happened.

    ``visibility`` says whom the fact may be shown to: PRIVATE for drafts and for what is about persons.
    """

    about_persons: ClassVar[bool] = False
    event: UUID
    slug: str
    title: str
    kind: str
    state: str
    visibility: str
    themes: list[str]
    city: str | None
    starts_at: datetime
    ends_at: datetime
    project: UUID | None
    coalition: UUID | None


@dataclass(frozen=True, kw_only=True)
class EventDrafted(EventFact):
    """A gathering was suggested by something that happened in the network; ``cause`` names that fact."""

    type: ClassVar[str] = "event.drafted"
    need: UUID | None
    position: UUID | None
    cause: UUID | None
    cause_type: str | None


@dataclass(frozen=True, kw_only=True)
class EventTakenUp(EventFact):
    """Somebody became the organiser of a draft."""

    type: ClassVar[str] = "event.taken_up"
    need: UUID | None


@dataclass(frozen=True, kw_only=True)
class EventScheduled(EventFact):
    """A gathering was entered by an organiser; it is a draft."""

    type: ClassVar[str] = "event.scheduled"


@dataclass(frozen=True, kw_only=True)
class EventEdited(EventFact):
    """What is said about a gathering changed; ``changed`` names the fields."""

    type: ClassVar[str] = "event.edited"
    changed: list[str]


@dataclass(frozen=True, kw_only=True)
class EventPublished(EventFact):
    """A gathering is announced; people may register from ``registration_opens_at`` on, at once if null."""

    type: ClassVar[str] = "event.published"
    need: UUID | None
    capacity: int | None
    registration_opens_at: datetime | None
    reconfirm_by: datetime | None


@dataclass(frozen=True, kw_only=True)
class EventRescheduled(EventFact):
    """A new time or place; ``sequence`` is that of the calendar entry."""

    type: ClassVar[str] = "event.rescheduled"
    sequence: int
    formerly_starts_at: datetime


@dataclass(frozen=True, kw_only=True)
class EventPostponed(EventFact):
    """The date no longer holds; registrations are kept until there is a new one."""

    type: ClassVar[str] = "event.postponed"
    sequence: int


@dataclass(frozen=True, kw_only=True)
class EventCancelled(EventFact):
    """The gathering does not take place; ``registrations`` open ones were cancelled with it."""

    type: ClassVar[str] = "event.cancelled"
    sequence: int
    registrations: int


@dataclass(frozen=True, kw_only=True)
class EventCapacityChanged(EventFact):
    type: ClassVar[str] = "event.capacity_changed"
    seats: dict[str, int | None]


@dataclass(frozen=True, kw_only=True)
class RegistrationFact(EventFact):
    """Something happened to one person's registration."""

    about_persons: ClassVar[bool] = True
    registration: UUID
    person: UUID
    seats: dict[str, int | None]


@dataclass(frozen=True, kw_only=True)
class RegistrationRequested(RegistrationFact):
    """Somebody asks for a seat, and the organisers decide."""

    type: ClassVar[str] = "event.registration_requested"


@dataclass(frozen=True, kw_only=True)
class RegistrationConfirmed(RegistrationFact):
    type: ClassVar[str] = "event.registration_confirmed"


@dataclass(frozen=True, kw_only=True)
class RegistrationWaitlisted(RegistrationFact):
    type: ClassVar[str] = "event.registration_waitlisted"


@dataclass(frozen=True, kw_only=True)
class RegistrationRejected(RegistrationFact):
    type: ClassVar[str] = "event.registration_rejected"


@dataclass(frozen=True, kw_only=True)
class RegistrationCancelled(RegistrationFact):
    type: ClassVar[str] = "event.registration_cancelled"


@dataclass(frozen=True, kw_only=True)
class RegistrationReconfirmed(RegistrationFact):
    """After a postponement, the new date suits this person."""

    type: ClassVar[str] = "event.registration_reconfirmed"


@dataclass(frozen=True, kw_only=True)
class RegistrationLapsed(RegistrationFact):
    """After a postponement, this person did not say in time that the new date suits: the registration is cancelled."""

    type: ClassVar[str] = "event.registration_lapsed"


@dataclass(frozen=True, kw_only=True)
class SeatOffered(RegistrationFact):
    """The next waiting person may take a seat until ``expires_at``."""

    type: ClassVar[str] = "event.seat_offered"
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(RegistrationFact):
    type: ClassVar[str] = "event.offer_declined"


@dataclass(frozen=True, kw_only=True)
class OfferLapsed(RegistrationFact):
    type: ClassVar[str] = "event.offer_lapsed"


@dataclass(frozen=True, kw_only=True)
class EligibilityChanged(RegistrationFact):
    """A waiting person is passed over by offers, or no longer."""

    type: ClassVar[str] = "event.eligibility_changed"
    eligible: bool


@dataclass(frozen=True, kw_only=True)
class LastPlacesOpen(EventFact):
    """Seats are free so close to the start that no offers are made: the first waiting person to confirm has one."""

    type: ClassVar[str] = "event.last_places_open"
    free: int | None
    seats: dict[str, int | None]


@dataclass(frozen=True, kw_only=True)
class AttendanceRecorded(EventFact):
    """People were checked in, or their check-in undone; registrations by id."""

    about_persons: ClassVar[bool] = True
    type: ClassVar[str] = "event.attendance_recorded"
    attended: int
    checked_in: list[UUID]
    undone: list[UUID]


@dataclass(frozen=True, kw_only=True)
class EventHeld(EventFact):
    """The gathering took place; ``attended`` counts who was checked in so far."""

    type: ClassVar[str] = "event.held"
    attended: int


@dataclass(frozen=True, kw_only=True)
class EventOutcomeReported(EventFact):
    """What came out: how many solutions, and how many of them are retained."""

    type: ClassVar[str] = "event.outcome_reported"
    solutions: int
    retained: int


@dataclass(frozen=True, kw_only=True)
class EventClosed(EventFact):
    """Attendance is settled: who was confirmed and did not come is a no-show."""

    type: ClassVar[str] = "event.closed"
    attended: int
    no_shows: int


@dataclass(frozen=True, kw_only=True)
class EventRecorded(EventFact):
    """A gathering of elsewhere was entered, or entered anew, from a list: past or to come."""

    type: ClassVar[str] = "event.recorded"
    reference: str
    mode: str
    website: str | None


@dataclass(frozen=True, kw_only=True)
class ParticipantDataErased(EventFact):
    """What participants had told was deleted: needs and answers in time (AGE), or all of one person (REQUEST).

    ``registrations`` counts those that no longer name anybody.
    """

    about_persons: ClassVar[bool] = True
    type: ClassVar[str] = "event.participant_data_erased"
    cause_code: str
    needs: int
    answers: int
    registrations: int
