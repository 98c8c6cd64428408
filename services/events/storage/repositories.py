"""Where the events service's use cases find things."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from services.backbone.repository import Repository
from services.backbone.rules import not_found
from services.backbone.work import Work
from services.events.domain.event import Event
from services.events.domain.registration import Registration
from services.events.domain.seats import ASKED_TO_RECONFIRM
from services.events.domain.vocabulary import OPEN, SEATED, EventKind, EventState, RegistrationState
from services.events.storage import mapping as mapping
from services.events.storage.neighbours import SqlNeighbours, with_known_roles
from services.events.storage.notices import SqlNotices
from services.events.storage.private import SqlPrivate
from services.events.storage.tables import events, registrations

#: So much of what has lapsed in one gathering is worked off in one transaction.
LAPSING_AT_A_TIME = 200


class SqlEvents(Repository[Event]):
    """Gatherings by what is due for them, beside what every repository does."""

    model = Event

    def to_come_for(self, project: UUID, now: datetime) -> Sequence[Event]:
        """A project's hold-ups that have not begun, locked in the order of their ids."""
        query = select(Event).where(
            events.c.project == project,
            events.c.event_kind == EventKind.HOLD_UP,
            events.c.state.in_([EventState.DRAFT, EventState.PUBLISHED, EventState.POSTPONED]),
            events.c.starts_at > now,
        )
        return self.session.scalars(query.order_by(events.c.id).with_for_update()).all()

    def with_lapsed_offers(self, now: datetime, most: int) -> Sequence[Event]:
        """Gatherings with an offer whose time is over."""
        lapsed = select(registrations.c.event).where(
            registrations.c.state == RegistrationState.OFFERED, registrations.c.offer_expires_at <= now
        )
        return self._due(events.c.id.in_(lapsed), most)

    def with_unreconfirmed(self, now: datetime, most: int) -> Sequence[Event]:
        """Announced gatherings whose new date somebody did not reconfirm in time."""
        silent = select(registrations.c.event).where(
            registrations.c.state.in_(ASKED_TO_RECONFIRM), registrations.c.reconfirm_by <= now
        )
        return self._due((events.c.state == EventState.PUBLISHED) & events.c.id.in_(silent), most)

    def keeping_too_long(self, needs_before: datetime, answers_before: datetime, most: int) -> Sequence[Event]:
        """Gatherings that ended before those instants and still hold needs, or answers, of participants."""
        needs = select(registrations.c.event).where(registrations.c.needs.is_not(None))
        answers = select(registrations.c.event).where(registrations.c.answers != ())
        return self._due(
            or_(
                (events.c.ends_at <= needs_before) & events.c.id.in_(needs),
                (events.c.ends_at <= answers_before) & events.c.id.in_(answers),
            ),
            most,
        )

    def of_participant(self, person: UUID) -> Sequence[Event]:
        """Gatherings that a person is or was registered for, locked in the order of their ids."""
        theirs = select(registrations.c.event).where(registrations.c.person == person)
        return self.session.scalars(
            select(Event).where(events.c.id.in_(theirs)).order_by(events.c.id).with_for_update()
        ).all()

    def ended(self, now: datetime, most: int) -> Sequence[Event]:
        """Announced gatherings whose end has passed."""
        return self._due((events.c.state == EventState.PUBLISHED) & (events.c.ends_at <= now), most)

    def settled(self, held_before: datetime, most: int) -> Sequence[Event]:
        """Held gatherings whose attendance is settled."""
        return self._due((events.c.state == EventState.HELD) & (events.c.held_at <= held_before), most)

    def _due(self, which: ColumnElement[bool], most: int) -> Sequence[Event]:
        query = select(Event).where(which).order_by(events.c.id).limit(most).with_for_update(skip_locked=True)
        return self.session.scalars(query).all()


class SqlRegistrations:
    """Registrations. Nothing is locked here: the gathering's row is the lock of them all."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add(self, registration: Registration) -> None:
        """Keep a new registration."""
        self.session.add(registration)

    def get(self, identity: UUID) -> Registration:
        """The registration with this id, or NOT_FOUND."""
        found = self.session.get(Registration, identity)
        if found is None:
            raise not_found("registration", identity)
        return found

    def event_of(self, identity: UUID) -> UUID:
        """The gathering that a registration is for, or NOT_FOUND; the registration itself is not read."""
        event: UUID | None = self.session.scalar(select(registrations.c.event).where(registrations.c.id == identity))
        if event is None:
            raise not_found("registration", identity)
        return event

    def current_of(self, event: UUID, person: UUID) -> Registration | None:
        """The person's registration that is open or stands for a seat."""
        query = select(Registration).where(
            registrations.c.event == event, registrations.c.person == person, registrations.c.state.in_(OPEN | SEATED)
        )
        return self.session.scalars(query).first()

    def named(self, event: UUID, identities: Collection[UUID], persons: Collection[UUID]) -> Sequence[Registration]:
        """A gathering's registrations with these ids, and the current ones of these persons."""
        current = registrations.c.person.in_(persons) & registrations.c.state.in_(OPEN | SEATED)
        query = select(Registration).where(
            registrations.c.event == event, or_(registrations.c.id.in_(identities), current)
        )
        return self.session.scalars(query).all()

    def next_waiting(self, event: UUID, most: int | None) -> Sequence[Registration]:
        """Eligible waiting people, who began to wait first before others."""
        query = select(Registration).where(
            registrations.c.event == event,
            registrations.c.state == RegistrationState.WAITLISTED,
            registrations.c.eligible,
        )
        return self.session.scalars(query.order_by(registrations.c.place_in_line).limit(most)).all()

    def lapsed_offers(self, event: UUID, now: datetime) -> Sequence[Registration]:
        """Offers whose time is over, in the order in which it ended."""
        query = select(Registration).where(
            registrations.c.event == event,
            registrations.c.state == RegistrationState.OFFERED,
            registrations.c.offer_expires_at <= now,
        )
        return self.session.scalars(
            query.order_by(registrations.c.offer_expires_at, registrations.c.id).limit(LAPSING_AT_A_TIME)
        ).all()

    def unreconfirmed(self, event: UUID, now: datetime) -> Sequence[Registration]:
        """Seats and places in the line whose time to reconfirm is over, in the order in which people registered."""
        query = select(Registration).where(
            registrations.c.event == event,
            registrations.c.state.in_(ASKED_TO_RECONFIRM),
            registrations.c.reconfirm_by <= now,
        )
        return self.session.scalars(
            query.order_by(registrations.c.registered_at, registrations.c.id).limit(LAPSING_AT_A_TIME)
        ).all()

    def checked_in(self, event: UUID) -> Sequence[Registration]:
        """Who was let in already, in the order in which people registered."""
        return self._of(event, registrations.c.state == RegistrationState.ATTENDED)

    def open_of(self, event: UUID) -> Sequence[Registration]:
        """All that are open, in the order in which people registered."""
        return self._of(event, registrations.c.state.in_(OPEN))

    def _of(self, event: UUID, which: ColumnElement[bool]) -> Sequence[Registration]:
        query = select(Registration).where(registrations.c.event == event, which)
        return self.session.scalars(query.order_by(registrations.c.registered_at, registrations.c.id)).all()

    def of_person(self, event: UUID, person: UUID) -> Sequence[Registration]:
        """All of one person's registrations for a gathering, whatever became of them."""
        query = select(Registration).where(registrations.c.event == event, registrations.c.person == person)
        return self.session.scalars(query.order_by(registrations.c.registered_at)).all()

    def forget_needs(self, event: UUID) -> int:
        """Delete what participants of a gathering need. Answers of how many it was."""
        those = (registrations.c.event == event) & registrations.c.needs.is_not(None)
        return self._rewrite(those, needs=None)

    def forget_answers(self, event: UUID) -> int:
        """Delete what participants of a gathering answered. Answers of how many it was."""
        those = (registrations.c.event == event) & (registrations.c.answers != ())
        return self._rewrite(those, answers=())

    def _rewrite(self, those: ColumnElement[bool], **values: Any) -> int:
        done = self.session.execute(update(registrations).where(those).values(**values).returning(registrations.c.id))
        return len(done.all())


class SqlWork(Work):
    """A transaction of the events service."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.actor = with_known_roles(self.session.connection(), self.actor)
        self.events = SqlEvents(self.session)
        self.registrations = SqlRegistrations(self.session)
        self.neighbours = SqlNeighbours(self.session)
        self.private = SqlPrivate(self.session)
        self.notices = SqlNotices(self.session)

    def settle(self) -> None:
        """Store what changed, and with it what people are to be told of it."""
        told = [fact for thing in self._aggregates() for _, fact in self._facts_of(thing)]
        super().settle()
        self.notices.write_for(told, self.now)
