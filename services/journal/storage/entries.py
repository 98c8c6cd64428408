"""Where entries are kept, and how a person is taken out of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import exists, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.backbone.identifiers import new_id
from services.journal.domain.entry import Entry
from services.journal.domain.sight import SAY_WHO_SEES, SeenBy, fewer, seen_by
from services.journal.storage.tables import SAYS_WHO_SEES, entries, entry_marks, forgotten, marks_of

_ADD = text(
    f"""
    WITH entry AS (
        INSERT INTO entries (fact, type, service, kind, thing, at, actor_kind, actor, seen_by, data, correlation, cause)
        SELECT :fact, :type, :service, :kind, :thing, :at, :actor_kind, CAST(:actor AS uuid), :seen_by,
            CAST(:data AS jsonb), :correlation, CAST(:cause AS uuid)
        WHERE :looked OR NOT EXISTS (SELECT FROM forgotten WHERE digest = ANY(CAST(:digests AS text[])))
            AND NOT EXISTS (SELECT FROM entries WHERE thing = :thing AND {SAYS_WHO_SEES} AND at > :at)
        ON CONFLICT (fact) DO NOTHING RETURNING number, seen_by
    ), marked AS (
        INSERT INTO entry_marks SELECT unnest(CAST(:marks AS text[])), number, seen_by FROM entry
    ), named AS (
        INSERT INTO entry_mentions SELECT unnest(CAST(:mentions AS uuid[])), number FROM entry
    )
    SELECT number FROM entry
    """
)
_PUT_NOBODY = text(
    """
    WITH named AS (UPDATE entry_mentions SET mention = :nobody WHERE mention = :person RETURNING number)
    UPDATE entries SET
        thing = CASE thing WHEN :person THEN :nobody ELSE thing END,
        actor = CASE actor WHEN :person THEN :nobody ELSE actor END,
        data = replace(data::text, CAST(:person AS text), CAST(:nobody AS text))::jsonb
    FROM named WHERE named.number = entries.number RETURNING 1
    """
)


class SqlEntries:
    """Entries in the order in which they were committed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._is_in_line = False

    def keep(self, entry: Entry) -> None:
        """Add an entry unless it is there: without the persons who were erased, seen by no more than was said since."""
        self._get_in_line()
        said = None
        if not self._add(entry):
            said = self._said_after(entry)
            known = entry.without(self._forgotten_among(entry.mentions))
            self._add(known if said is None else replace(known, seen_by=fewer(known.seen_by, said)), looked=True)
        if said is None and entry.type in SAY_WHO_SEES:
            self._hide_what_was_told_before(entry)

    def tell_of(self, type_: str, thing: UUID) -> bool:
        """Whether there is an entry of this type about this thing."""
        return bool(self.session.scalar(select(exists().where(entries.c.thing == thing, entries.c.type == type_))))

    def forget(self, person: UUID, now: datetime) -> Counter[str]:
        """Put a new id, which is nobody's, in the place of a person, now and in what comes later; how many entries."""
        self._get_in_line()
        gone = insert(forgotten).values(digest=_digest(person), since=now)
        self.session.execute(gone.on_conflict_do_nothing())
        changed = self.session.execute(_PUT_NOBODY, {"person": person, "nobody": new_id()})
        return Counter(entries=len(changed.all()))

    def let_go_of_the_forgotten(self, before: datetime) -> int:
        """Drop the traces of who was erased before this instant; how many."""
        dropped = forgotten.delete().where(forgotten.c.since < before).returning(forgotten.c.digest)
        return len(self.session.execute(dropped).all())

    def _add(self, entry: Entry, *, looked: bool = False) -> bool:
        """Whether it was added: not if it is there, nor if there is something that has to be ``looked`` at first."""
        row = {
            **{column.name: getattr(entry, column.name) for column in entries.c if column.name != "number"},
            "data": json.dumps(entry.data),
            "marks": marks_of(entry.type, entry.themes),
            "mentions": list(entry.mentions),
            "digests": [_digest(one) for one in entry.mentions],
            "looked": looked,
        }
        return self.session.execute(_ADD, row).first() is not None

    def _said_after(self, entry: Entry) -> SeenBy | None:
        """Who sees the thing by what was said last of that, if it was said after this entry's fact."""
        said = select(entries.c.seen_by).where(entries.c.thing == entry.thing, SAYS_WHO_SEES, entries.c.at > entry.at)
        word = self.session.scalar(said.order_by(entries.c.at.desc()).limit(1))
        return SeenBy(word) if word else None

    def _hide_what_was_told_before(self, said: Entry) -> None:
        """By the latest word, and the owner's about each: what was shown again to more is shown to them again."""
        told = select(entries.c.number, entries.c.type, entries.c.data["visibility"].astext, entries.c.seen_by)
        before = self.session.execute(told.where(entries.c.thing == said.thing, entries.c.at < said.at)).all()
        anew = {number: fewer(seen_by(type_, word), said.seen_by) for number, type_, word, _ in before}
        for level in SeenBy:
            changed = [number for number, _, _, was in before if anew[number] is level and was != level]
            for table in (entries, entry_marks) if changed else ():
                self.session.execute(table.update().where(table.c.number.in_(changed)).values(seen_by=level))

    def _get_in_line(self) -> None:
        """One writer at a time, until its commit: so numbers are drawn in the order of commits.

        A page that was read never gets another entry in its middle, and no entry slips past an erasure.
        """
        if not self._is_in_line:
            self.session.execute(select(func.pg_advisory_xact_lock(func.hashtext("maillage journal"))))
            self._is_in_line = True

    def _forgotten_among(self, ids: Iterable[UUID]) -> list[UUID]:
        by_digest = {_digest(one): one for one in ids}
        found = self.session.scalars(select(forgotten.c.digest).where(forgotten.c.digest.in_(by_digest)))
        return [by_digest[digest] for digest in found]


def _digest(person: UUID) -> str:
    return sha256(person.bytes).hexdigest()
