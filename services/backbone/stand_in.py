"""A nameless id in the place of a person who is erased: in every table of a service, wherever their id stands.

What counts people still counts right (seats, votes, founders), what two acts of one person were is still one person's,
and nothing leads back: the new id is known nowhere else. The columns are read from the tables' own definitions, so
that a column which is added later is not forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import UUID as AnyUUID
from sqlalchemy import Column, MetaData, TypeDecorator, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from services.backbone.identifiers import new_id

#: What the backbone keeps for a time only: facts told, facts received, answers to repeated commands (see ``prune``).
KEPT_FOR_A_TIME = frozenset({"outbox", "inbox", "positions", "waiting", "command_log"})

_ONE = 'UPDATE "{table}" SET "{column}" = :stand_in WHERE "{column}" = :person'
_SEVERAL = (
    'UPDATE "{table}" SET "{column}" = array_replace("{column}", :person, :stand_in) '
    'WHERE "{column}" @> ARRAY[CAST(:person AS uuid)]'
)
_INSIDE = (
    'UPDATE "{table}" SET "{column}" = replace("{column}"::text, CAST(:person AS text), '
    "CAST(:stand_in AS text))::jsonb "
    'WHERE strpos("{column}"::text, CAST(:person AS text)) > 0'
)


def put_stand_in(session: Session, metadata: MetaData, person: UUID) -> Counter[str]:
    """Replace a person's id by a new one that belongs to nobody; how many rows of each table had it.

    Roles that the person held are dropped: nobody holds them any more.
    """
    named = {"person": person, "stand_in": new_id()}
    dropped = session.execute(text("DELETE FROM role_grants WHERE person = :person RETURNING id"), {"person": person})
    counts = Counter({"role_grants": len(dropped.all())})
    for table, statement in _statements(metadata):
        counts[table] += len(session.execute(text(f"{statement} RETURNING 1"), named).all())
    return counts


def _statements(metadata: MetaData) -> Iterator[tuple[str, str]]:
    for table in metadata.sorted_tables:
        if table.name not in KEPT_FOR_A_TIME:
            for column in table.columns:
                statement = _statement_for(column)
                if statement:
                    yield table.name, statement.format(table=table.name, column=column.name)


def _statement_for(column: Column[object]) -> str | None:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, AnyUUID):
        # A thing's own id, and what refers to it, is never a person's.
        return None if column.foreign_keys or column.name == "id" else _ONE
    if isinstance(kind, ARRAY):
        return _SEVERAL if isinstance(kind.item_type, AnyUUID) else None
    return _INSIDE if isinstance(kind, JSONB) else None
