"""Who is registered for a gathering, in lots, for the list that its organisers take to the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.backbone.perform import Reader
from services.backbone.rules import not_found
from services.events.domain.vocabulary import SEATED, RegistrationState
from services.events.queries.registrations import registration_rows
from services.events.queries.rows import asker
from services.events.queries.visibility import managed_by
from services.events.storage.tables import events, registrations

#: Registrations in one lot.
LOT = 200


@dataclass(frozen=True, kw_only=True)
class ExportParticipants:
    """``event`` is a slug; ``after`` is where the lot before ended. Participants are who has a seat, unless said."""

    event: str
    state: list[RegistrationState] = field(default_factory=lambda: sorted(SEATED))
    after: UUID | None = None


def export_participants(asked: ExportParticipants, reader: Reader) -> dict[str, Any]:
    """``{questions, rows, after}``: the next lot in the order of registering, and where to go on, null at the end.

    For those who run the gathering; for others there is none. Ids grow with time (UUIDv7): nothing is read twice.
    """
    event = reader.connection.execute(
        select(events.c.id, events.c.questions).where(events.c.slug == asked.event, managed_by(asker(reader)))
    ).first()
    if event is None:
        raise not_found("event", asked.event)
    lot = registration_rows(reader).where(registrations.c.event == event.id, registrations.c.state.in_(asked.state))
    if asked.after is not None:
        lot = lot.where(registrations.c.id > asked.after)
    found = [dict(row) for row in reader.connection.execute(lot.order_by(registrations.c.id).limit(LOT + 1)).mappings()]
    rows = found[:LOT]
    return {
        "questions": list(event.questions),
        "rows": rows,
        "after": rows[-1]["id"] if len(found) > LOT else None,
    }
