"""Everything that this service holds about the one who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, literal_column, or_, select, table, text

from services.backbone.actor import person_of
from services.backbone.paging import page
from services.backbone.perform import Reader
from services.events.domain.notices import NoticeTopic
from services.events.queries.registrations import registration_rows
from services.events.storage.tables import calendar_addresses, events, notice_choices, notices, registrations


@dataclass(frozen=True, kw_only=True)
class Everything:
    """Nothing else is asked."""


@dataclass(frozen=True, kw_only=True)
class Mine:
    first: int | None = None
    after: str | None = None


def my_data(asked: Everything, reader: Reader) -> dict[str, Any]:
    """``{registrations, calendar, choices, notices, runs, acts}``: all of it, for the person to see and take along."""
    person = person_of(reader.actor)
    own = registration_rows(reader).where(registrations.c.person == person).order_by(registrations.c.registered_at)
    runs = select(events.c.id, events.c.slug, events.c.title).where(
        or_(events.c.organisers.contains([person]), events.c.facilitators.contains([person]))
    )
    sent = select(notices.c.kind, notices.c.event, notices.c.state, notices.c.made_at, notices.c.sent_at)
    opened = select(calendar_addresses.c.opened_at).where(calendar_addresses.c.person == person)
    return {
        "registrations": _rows(reader, own),
        "calendar_opened_at": reader.connection.scalar(opened),
        "unwanted": my_notices(asked, reader)["unwanted"],
        "notices": _rows(reader, sent.where(notices.c.person == person).order_by(notices.c.made_at)),
        "runs": _rows(reader, runs.order_by(events.c.created_at)),
        "acts": _rows(reader, _acts(person)),
    }


def my_registrations(asked: Mine, reader: Reader) -> dict[str, Any]:
    """A page of the asker's registrations, the latest first."""
    rows = registration_rows(reader).where(registrations.c.person == person_of(reader.actor))
    order = [(registrations.c.registered_at, "desc")]
    return page(reader, rows, order=order, key=registrations.c.id, first=asked.first, after=asked.after)


def my_notices(asked: Everything, reader: Reader) -> dict[str, Any]:
    """``{topics, unwanted}``: what the asker may choose from, and what is not told."""
    chosen = select(notice_choices.c.unwanted).where(notice_choices.c.person == person_of(reader.actor))
    return {"topics": list(NoticeTopic), "unwanted": list(reader.connection.scalar(chosen) or ())}


def _acts(person: UUID) -> Select[Any]:
    columns: list[ColumnElement[Any]] = [
        literal_column(name) for name in ("subject", "from_state", "to_state", "reason", "at")
    ]
    return select(*columns).select_from(table("history")).where(text("actor_id = :person").bindparams(person=person))


def _rows(reader: Reader, query: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in reader.connection.execute(query).mappings()]
