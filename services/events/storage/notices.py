"""Letters to write: made in the transaction of what they tell, or by a job in time; each worked off once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, func, literal, null, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.backbone.aggregate import Fact
from services.events import facts
from services.events.domain.notices import NOTICES, STILL_TRUE_OF, NoticeKind, NoticeState, is_still_true
from services.events.domain.vocabulary import EventKind, EventState
from services.events.storage.tables import events, notice_choices, notices, registrations

K = NoticeKind

#: Facts about one registration, and what its person is told.
TO_ONE: dict[type[Fact], NoticeKind] = {
    facts.RegistrationConfirmed: K.CONFIRMED,
    facts.RegistrationWaitlisted: K.WAITLISTED,
    facts.RegistrationRejected: K.REJECTED,
    facts.SeatOffered: K.OFFER,
    facts.OfferLapsed: K.OFFER_LAPSED,
    facts.RegistrationLapsed: K.NOT_RECONFIRMED,
}
#: Facts about a gathering, and what everybody concerned is told.
TO_ALL: dict[type[Fact], NoticeKind] = {
    facts.EventRescheduled: K.RESCHEDULED,
    facts.EventPostponed: K.POSTPONED,
    facts.EventCancelled: K.CANCELLED,
    facts.LastPlacesOpen: K.LAST_PLACES,
}
COLUMNS = (
    "id",
    "key",
    "kind",
    "person",
    "event",
    "registration",
    "state",
    "made_at",
    "not_after",
    "due_at",
    "attempts",
)
OVER = (EventState.HELD, EventState.CLOSED)


class SqlNotices:
    """The table of letters. ``key`` holds kind, registration and SEQUENCE, so that nothing is told twice."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def write_for(self, told: Sequence[Fact], now: datetime) -> None:
        """What people are told of these facts; part of the transaction in which they came to be."""
        asked_anew = {
            one.event for one in told if isinstance(one, facts.EventPublished) and one.reconfirm_by is not None
        }
        for fact in told:
            if isinstance(fact, facts.RegistrationFact) and type(fact) in TO_ONE:
                self._write(TO_ONE[type(fact)], registrations.c.id == fact.registration, now)
            elif isinstance(fact, facts.EventPublished) and fact.event in asked_anew:
                self._write(K.RECONFIRM, registrations.c.event == fact.event, now)
            elif isinstance(fact, facts.EventRescheduled) and fact.event in asked_anew:
                continue
            elif isinstance(fact, facts.EventFact) and type(fact) in TO_ALL:
                self._write(TO_ALL[type(fact)], registrations.c.event == fact.event, now)

    def write_reminders(self, now: datetime) -> int:
        """What is due because time has passed. Answers how many letters there are to write."""
        starts_at, held_at = events.c.starts_at, events.c.held_at
        day, hours = starts_at - NOTICES.day_before, starts_at - NOTICES.hours_before
        settled = registrations.c.changed_at
        made = self._write(K.DAY_BEFORE, (day <= now) & (hours > now) & (settled <= day), now)
        made += self._write(K.HOURS_BEFORE, (hours <= now) & (starts_at > now) & (settled <= hours), now)
        afterwards = (held_at + NOTICES.afterwards <= now) & (held_at + NOTICES.afterwards_until > now)
        made += self._write(K.AFTERWARDS, afterwards, now)
        owed = and_(
            events.c.event_kind == EventKind.HOLD_UP,
            events.c.state.in_(OVER),
            events.c.outcome.is_(None),
            held_at + NOTICES.outcome_due_after <= now,
            held_at + NOTICES.outcome_due_until > now,
        )
        made += self._write_to_organisers(K.OUTCOME_DUE, owed, held_at + NOTICES.outcome_due_until, now)
        too_few = and_(
            events.c.state == EventState.PUBLISHED,
            events.c.confirmed < events.c.min_participants,
            starts_at - NOTICES.too_few_before <= now,
            starts_at > now,
        )
        return made + self._write_to_organisers(K.TOO_FEW, too_few, starts_at, now)

    def claim(self, now: datetime) -> list[dict[str, Any]]:
        """Letters whose turn it is, with what they need to be written; those that are not true any more are dropped."""
        due = (
            select(notices)
            .where(notices.c.state.in_([NoticeState.WAITING, NoticeState.SENDING]), notices.c.due_at <= now)
            .order_by(notices.c.due_at, notices.c.id)
            .limit(NOTICES.at_a_time)
            .with_for_update(skip_locked=True)
        )
        rows = [dict(row) for row in self.session.execute(due).mappings()]
        if not rows:
            return []
        self._give_a_secret({row["person"] for row in rows})
        known = self._known([row["id"] for row in rows])
        claimed = [{**row, **known[row["id"]]} for row in rows]
        true = [row for row in claimed if is_still_true(row, now)]
        self._set([row["id"] for row in claimed if row not in true], state=NoticeState.DROPPED)
        self._set(
            [row["id"] for row in true],
            state=NoticeState.SENDING,
            attempts=notices.c.attempts + 1,
            due_at=now + NOTICES.begun_is_lost_after,
        )
        return true

    def sent(self, identity: UUID, now: datetime) -> None:
        self._set([identity], state=NoticeState.SENT, sent_at=now, last_error=None)

    def failed(self, identity: UUID, now: datetime, error: str, *, for_good: bool) -> None:
        """Tried again later, each time after twice as long, and not for ever."""
        over = or_(literal(for_good), notices.c.attempts >= NOTICES.most_tries)
        self._set(
            [identity],
            state=case((over, NoticeState.FAILED), else_=NoticeState.WAITING),
            due_at=now + NOTICES.tried_again_after * func.power(2, notices.c.attempts - 1),
            last_error=error[:200],
        )

    def _write(self, kind: NoticeKind, which: ColumnElement[bool], now: datetime) -> int:
        key = literal(f"{kind}/") + cast(registrations.c.id, Text) + "/" + cast(events.c.calendar_sequence, Text)
        those = (
            select(
                func.gen_random_uuid(),
                key,
                literal(kind, notices.c.kind.type),
                registrations.c.person,
                registrations.c.event,
                registrations.c.id,
                literal(NoticeState.WAITING, notices.c.state.type),
                literal(now, notices.c.made_at.type),
                _not_after(kind),
                literal(now, notices.c.due_at.type),
                literal(0),
            )
            .join(events, events.c.id == registrations.c.event)
            .where(which, registrations.c.state.in_(STILL_TRUE_OF[kind]), ~_exists(key))
        )
        if kind == K.LAST_PLACES:
            those = those.where(registrations.c.eligible)
        return self._insert(those)

    def _write_to_organisers(
        self, kind: NoticeKind, which: ColumnElement[bool], until: ColumnElement[Any], now: datetime
    ) -> int:
        concerned = (
            select(events.c.id, func.unnest(events.c.organisers).label("person"), until.label("until"))
            .where(which)
            .subquery()
        )
        key = literal(f"{kind}/") + cast(concerned.c.id, Text) + "/" + cast(concerned.c.person, Text)
        those = select(
            func.gen_random_uuid(),
            key,
            literal(kind, notices.c.kind.type),
            concerned.c.person,
            concerned.c.id,
            null(),
            literal(NoticeState.WAITING, notices.c.state.type),
            literal(now, notices.c.made_at.type),
            concerned.c.until,
            literal(now, notices.c.due_at.type),
            literal(0),
        )
        return self._insert(those.where(~_exists(key)))

    def _insert(self, those: Any) -> int:
        made = insert(notices).from_select(COLUMNS, those).on_conflict_do_nothing().returning(notices.c.id)
        return len(self.session.execute(made).all())

    def _give_a_secret(self, persons: set[UUID]) -> None:
        rows = [{"person": one, "unwanted": [], "unsubscribe_token": secrets.token_urlsafe(32)} for one in persons]
        self.session.execute(insert(notice_choices).values(rows).on_conflict_do_nothing(index_elements=["person"]))

    def _known(self, identities: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        query = (
            select(
                notices.c.id,
                *(events.c[name].label(f"event_{name}") for name in ("state", "slug", "title", "event_kind")),
                *(events.c[name] for name in ("starts_at", "ends_at", "timezone", "all_day", "place", "mode")),
                *(events.c[name] for name in ("confirmed", "min_participants", "outcome")),
                *(registrations.c[name] for name in ("offer_expires_at", "reconfirm_by")),
                registrations.c.state.label("registration_state"),
                notice_choices.c.unwanted,
                notice_choices.c.unsubscribe_token,
            )
            .join(events, events.c.id == notices.c.event)
            .join(notice_choices, notice_choices.c.person == notices.c.person)
            .outerjoin(registrations, registrations.c.id == notices.c.registration)
            .where(notices.c.id.in_(identities))
        )
        return {row["id"]: dict(row) for row in self.session.execute(query).mappings()}

    def _set(self, identities: Sequence[UUID], **values: Any) -> None:
        if identities:
            self.session.execute(notices.update().where(notices.c.id.in_(identities)).values(**values))


def _exists(key: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(notices.c.key == key)


def _not_after(kind: NoticeKind) -> ColumnElement[Any]:
    """Until when a letter is worth sending."""
    if kind == K.OFFER:
        return registrations.c.offer_expires_at
    if kind == K.RECONFIRM:
        return registrations.c.reconfirm_by
    if kind == K.AFTERWARDS:
        return events.c.held_at + NOTICES.afterwards_until
    return events.c.starts_at
