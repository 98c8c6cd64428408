"""Registrations: one's own, and for those who run or help at a gathering everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, literal, null, or_, select

from services.backbone.paging import page
from services.backbone.perform import Reader
from services.backbone.rules import not_found
from services.events.domain.numbers import ATTENDANCE
from services.events.domain.vocabulary import OPEN, SEATED, EventState, RegistrationState
from services.events.queries.gatherings import ByIds
from services.events.queries.rows import Row, asker, in_order
from services.events.queries.visibility import helped_by, managed_by, visible_to
from services.events.storage.tables import events, registrations

SEATED_NOW = (RegistrationState.CONFIRMED, RegistrationState.ATTENDED)


@dataclass(frozen=True, kw_only=True)
class ListRegistrations:
    event: UUID
    state: list[RegistrationState] | None = None
    first: int | None = None
    after: str | None = None


def registrations_by_ids(asked: ByIds, reader: Reader) -> list[Row | None]:
    """Registrations in the order asked, None for those of others in gatherings that the asker does not run."""
    actor = asker(reader)
    own = registrations.c.person == actor.id if actor.id else registrations.c.person.is_(None)
    query = registration_rows(reader).where(registrations.c.id.in_(asked.ids), or_(own, managed_by(actor)))
    return in_order(_read(reader, query), asked.ids)


def my_registrations_by_events(asked: ByIds, reader: Reader) -> list[Row | None]:
    """The asker's registration for each gathering: the open one, else the latest; None where there is none."""
    if reader.actor.id is None:
        return [None for _ in asked.ids]
    still = registrations.c.state.in_(OPEN | SEATED)
    query = (
        registration_rows(reader)
        .where(registrations.c.person == reader.actor.id, registrations.c.event.in_(asked.ids))
        .order_by(still, registrations.c.registered_at, registrations.c.id)
    )
    return in_order(_read(reader, query), asked.ids, "event")


def list_registrations(asked: ListRegistrations, reader: Reader) -> dict[str, Any]:
    """A page of a gathering's registrations in the order of registering, for those who run it or help at its door."""
    actor = asker(reader)
    known = reader.connection.scalar(
        select(events.c.id).where(events.c.id == asked.event, visible_to(actor), helped_by(actor))
    )
    if known is None:
        raise not_found("event", asked.event)
    rows = registration_rows(reader).where(registrations.c.event == asked.event)
    if asked.state:
        rows = rows.where(registrations.c.state.in_(asked.state))
    return page(
        reader,
        rows,
        order=[(registrations.c.registered_at, "asc")],
        key=registrations.c.id,
        first=asked.first,
        after=asked.after,
    )


def registration_rows(reader: Reader) -> Select[Any]:
    """``online_url`` is for people who have a seat, from an hour before the start.

    ``needs`` and ``answers`` are for the person and for those who run the gathering, not for helpers at the door.
    """
    actor = asker(reader)
    may_read = or_(registrations.c.person == actor.id, managed_by(actor)) if actor.id else managed_by(actor)
    may_enter: ColumnElement[bool] = (
        registrations.c.state.in_(SEATED_NOW)
        & events.c.state.in_([EventState.PUBLISHED, EventState.HELD])
        & (events.c.starts_at - ATTENDANCE.opens_before <= reader.now)
    )
    return select(
        *(column for column in registrations.c if column.name not in ("needs", "answers")),
        case((may_read, registrations.c.needs), else_=null()).label("needs"),
        case((may_read, registrations.c.answers), else_=literal((), registrations.c.answers.type)).label("answers"),
        case((may_enter, events.c.online_url), else_=null()).label("online_url"),
    ).join(events, registrations.c.event == events.c.id)


def _read(reader: Reader, query: Select[Any]) -> list[Row]:
    return [dict(row) for row in reader.connection.execute(query).mappings()]
