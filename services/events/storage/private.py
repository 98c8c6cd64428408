"""What a person keeps here for themselves: the address of their calendar, and what they want to be told."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.events.storage.tables import calendar_addresses, events, notice_choices, notices


class SqlPrivate:
    """Rows that belong to one person and to no gathering."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def open_calendar(self, person: UUID, token_hash: str, now: datetime) -> None:
        """Give a person's own calendar this address, in place of any earlier one."""
        values = {"token_hash": token_hash, "opened_at": now}
        kept = insert(calendar_addresses).values(person=person, **values)
        self.session.execute(kept.on_conflict_do_update(index_elements=["person"], set_=values))

    def close_calendar(self, person: UUID) -> bool:
        """Take the address of a person's own calendar away. Answers whether there was one."""
        return self._delete(calendar_addresses, calendar_addresses.c.person == person) > 0

    def choose_notices(self, person: UUID, unwanted: Sequence[str]) -> None:
        """Keep what a person does not want to be told."""
        kept = insert(notice_choices).values(
            person=person, unwanted=list(unwanted), unsubscribe_token=secrets.token_urlsafe(32)
        )
        self.session.execute(
            kept.on_conflict_do_update(index_elements=["person"], set_={"unwanted": kept.excluded.unwanted})
        )

    def unsubscribe(self, token: str, topic: str) -> UUID | None:
        """Take a topic out of what the person with this token is told. Answers who that is; None for nobody."""
        row = self.session.execute(
            select(notice_choices).where(notice_choices.c.unsubscribe_token == token).with_for_update()
        ).first()
        if row is None:
            return None
        unwanted = sorted({*row.unwanted, topic})
        self.session.execute(
            notice_choices.update().where(notice_choices.c.person == row.person).values(unwanted=unwanted)
        )
        person: UUID = row.person
        return person

    def erase(self, person: UUID) -> dict[str, int]:
        """Delete calendar address, choices, notices and the name in the history. Answers how many of each."""
        nameless = self.session.execute(
            text(
                "UPDATE history SET actor_id = NULL "
                "WHERE actor_id = :person AND subject LIKE 'registration/%' RETURNING number"
            ),
            {"person": person},
        )
        return {
            "calendar_addresses": self._delete(calendar_addresses, calendar_addresses.c.person == person),
            "notice_choices": self._delete(notice_choices, notice_choices.c.person == person),
            "notices": self._delete(notices, notices.c.person == person),
            "history": len(nameless.all()),
        }

    def public_roles_of(self, person: UUID) -> dict[str, int]:
        """In how many gatherings a person stands as organiser and as facilitator."""
        return {
            "organised": self._count(events.c.organisers.contains([person])),
            "facilitated": self._count(events.c.facilitators.contains([person])),
        }

    def _count(self, which: ColumnElement[bool]) -> int:
        return self.session.scalar(select(func.count()).select_from(events).where(which)) or 0

    def _delete(self, table: object, which: ColumnElement[bool]) -> int:
        done = self.session.execute(delete(table).where(which).returning(text("1")))  # type: ignore[arg-type]
        return len(done.all())
