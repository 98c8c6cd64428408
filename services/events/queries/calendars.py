"""What calendars hold: a theme's, a project's, a coalition's, everybody's and one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from services.backbone.history import histories_of
from services.backbone.perform import Reader
from services.events.domain.numbers import ATTENDANCE, KEEPING
from services.events.domain.values import token_hash
from services.events.domain.vocabulary import OPEN, SEATED, EventState, RegistrationState, Visibility
from services.events.queries.rows import Row, every_event, rows_of, visible_events
from services.events.storage.tables import calendar_addresses, events, known_coalitions, known_projects, registrations

R = RegistrationState

#: How a person's registration stands in that person's calendar. Who waits, or asked for a seat, has no entry yet.
ENTRIES = {
    **dict.fromkeys((R.CONFIRMED, R.ATTENDED, R.NO_SHOW), "CONFIRMED"),
    R.OFFERED: "TENTATIVE",
    **dict.fromkeys((R.CANCELLED, R.CANCELLED_BY_HOST, R.OFFER_DECLINED, R.OFFER_EXPIRED), "CANCELLED"),
}


class CalendarScope(StrEnum):
    AGENDA = "AGENDA"
    THEME = "THEME"
    PROJECT = "PROJECT"
    COALITION = "COALITION"


@dataclass(frozen=True, kw_only=True)
class CalendarOf:
    """``name`` is the slug of the theme, project or coalition."""

    scope: CalendarScope
    name: str | None = None


@dataclass(frozen=True, kw_only=True)
class OwnCalendar:
    token: str


def calendar_entries(asked: CalendarOf, reader: Reader) -> dict[str, Any] | None:
    """``{name, items, modified_at}``: gatherings as the asker may see them, the earliest first; None for no such.

    Cancelled ones are held for 30 days, past ones for 180. ``modified_at`` is when that last changed, also by time.
    """
    scope = _scope(asked, reader)
    if scope is None:
        return None
    name, condition = scope
    shown = (events.c.state != EventState.DRAFT) & condition
    rows = rows_of(
        reader,
        visible_events(reader, shown, _kept(reader.now))
        .order_by(events.c.starts_at.desc(), events.c.id)
        .limit(KEEPING.most_entries),
    )
    modified = visible_events(reader, shown).with_only_columns(_last_modified(reader.now, events.c.changed_at))
    return {"name": name, "items": rows[::-1], "modified_at": reader.connection.scalar(modified)}


def own_calendar(asked: OwnCalendar, reader: Reader) -> dict[str, Any] | None:
    """``{items, modified_at}`` of the person with this secret; None when nobody has it (any more).

    Each row has ``entry_status`` (CONFIRMED, TENTATIVE or CANCELLED), ``entry_sequence`` and, for who has a seat, from
    an hour before the start, ``online_url``.
    """
    own = calendar_addresses.c.token_hash == token_hash(asked.token)
    address = reader.connection.execute(select(calendar_addresses).where(own)).first()
    if address is None:
        return None
    rows = _attended(address.person, reader) + _run(address.person, reader)
    rows.sort(key=lambda row: (row["starts_at"], row["id"]))
    changes = [row["entry_changed_at"] for row in rows]
    return {"items": rows, "modified_at": max([address.opened_at, *changes])}


def _scope(asked: CalendarOf, reader: Reader) -> tuple[str | None, ColumnElement[bool]] | None:
    """The name of what the calendar is about and which gatherings are in it."""
    if asked.scope is CalendarScope.AGENDA:
        return None, events.c.visibility == Visibility.PUBLIC
    if asked.scope is CalendarScope.THEME:
        return asked.name, events.c.themes.contains([asked.name])
    if asked.scope is CalendarScope.PROJECT:
        open_to = [Visibility.PUBLIC, Visibility.NETWORK] if reader.actor.signed_in else [Visibility.PUBLIC]
        known = select(known_projects).where(
            known_projects.c.slug == asked.name, known_projects.c.visibility.in_(open_to)
        )
        row = reader.connection.execute(known).first()
        return (row.name, events.c.project == row.id) if row else None
    row = reader.connection.execute(select(known_coalitions).where(known_coalitions.c.slug == asked.name)).first()
    return (row.name, events.c.coalition == row.id) if row else None


def _kept(now: datetime) -> ColumnElement[bool]:
    recently = events.c.changed_at > now - KEEPING.cancelled_entries
    return (events.c.ends_at > now - KEEPING.past_entries) & or_(events.c.state != EventState.CANCELLED, recently)


def _last_modified(now: datetime, changed_at: ColumnElement[Any]) -> ColumnElement[Any]:
    """The latest change, counting the moments at which an entry left the calendar because its time was over."""
    over, forgotten = events.c.ends_at + KEEPING.past_entries, changed_at + KEEPING.cancelled_entries
    gone = (events.c.state == EventState.CANCELLED) & (forgotten <= now)
    return func.max(
        func.greatest(changed_at, case((over <= now, over)), case((gone, forgotten))),
    )


def _attended(person: UUID, reader: Reader) -> list[Row]:
    """Gatherings that the person is registered for: the open registration, else the latest."""
    still = registrations.c.state.in_(OPEN | SEATED)
    mine = (
        select(registrations)
        .where(registrations.c.person == person)
        .ext(distinct_on(registrations.c.event))
        .order_by(registrations.c.event, still.desc(), registrations.c.registered_at.desc(), registrations.c.id)
        .subquery()
    )
    enters = mine.c.state.in_([R.CONFIRMED, R.ATTENDED]) & (events.c.starts_at - ATTENDANCE.opens_before <= reader.now)
    query = (
        every_event()
        .add_columns(
            mine.c.state.label("registration_state"),
            mine.c.changed_at.label("registration_changed_at"),
            case((enters, events.c.online_url), else_=literal(None)).label("online_url"),
        )
        .join(mine, mine.c.event == events.c.id)
        .where(mine.c.state.in_(ENTRIES), _kept(reader.now))
    )
    rows = rows_of(reader, query)
    moves = _moves_of(person, [row["id"] for row in rows], reader)
    for row in rows:
        changed_at = max(row["changed_at"], row.pop("registration_changed_at"))
        own = ENTRIES[row.pop("registration_state")]
        row |= {
            "entry_status": "CANCELLED" if row["state"] == EventState.CANCELLED else own,
            "entry_changed_at": changed_at,
            "entry_sequence": row["calendar_sequence"] + moves[row["id"]],
        }
    long_ago = reader.now - KEEPING.cancelled_entries
    return [row for row in rows if row["entry_status"] != "CANCELLED" or row["entry_changed_at"] > long_ago]


def _run(person: UUID, reader: Reader) -> list[Row]:
    """Gatherings that the person organises or facilitates without being registered."""
    registered = select(registrations.c.event).where(
        registrations.c.person == person, registrations.c.state.in_(OPEN | SEATED)
    )
    theirs = or_(events.c.organisers.contains([person]), events.c.facilitators.contains([person]))
    query = every_event().where(
        theirs, events.c.state != EventState.DRAFT, events.c.id.not_in(registered), _kept(reader.now)
    )
    cancelled = {EventState.CANCELLED: "CANCELLED", EventState.POSTPONED: "TENTATIVE"}
    return [
        row
        | {
            "entry_status": cancelled.get(row["state"], "CONFIRMED"),
            "entry_changed_at": row["changed_at"],
            "entry_sequence": row["calendar_sequence"],
            "online_url": None,
        }
        for row in rows_of(reader, query)
    ]


def _moves_of(person: UUID, wanted: Sequence[UUID], reader: Reader) -> dict[UUID, int]:
    """How often the person's registrations for each gathering changed: with that, SEQUENCE only ever grows."""
    known = select(registrations.c.id, registrations.c.event).where(
        registrations.c.person == person, registrations.c.event.in_(wanted)
    )
    of_event = {f"registration/{row.id}": row.event for row in reader.connection.execute(known)}
    moves = dict.fromkeys(wanted, 0)
    for subject, history in histories_of(reader.connection, of_event).items():
        moves[of_event[subject]] += len(history)
    return moves
