"""The journal's tables: one row for each fact of the network, and for a time the traces of who was erased."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import BigInteger, Column, DateTime, Index, PrimaryKeyConstraint, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB, UUID

from services.backbone.storage import metadata_with_backbone
from services.journal.domain.sight import SAY_WHO_SEES

metadata = metadata_with_backbone()

#: What most of those who ask may see stands in indexes of its own, so that a page need not look past a million votes.
PUBLIC, NETWORK = text("seen_by = 'PUBLIC'"), text("seen_by IN ('PUBLIC', 'NETWORK')")
SAYS_WHO_SEES = text(f"type IN ({', '.join(repr(type_) for type_ in sorted(SAY_WHO_SEES))})")

#: ``number`` is drawn in the order of the commits (storage/entries.py).
entries = Table(
    "entries",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=True),
    Column("fact", UUID, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("thing", UUID, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor_kind", Text, nullable=False),
    Column("actor", UUID),
    Column("seen_by", Text, nullable=False),
    Column("data", JSONB, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("cause", UUID),
    Index("ix_entries_public", "number", postgresql_where=PUBLIC),
    Index("ix_entries_network", "number", postgresql_where=NETWORK),
    Index("ix_entries_thing", "thing", "number"),
    Index("ix_entries_said", "thing", "at", postgresql_where=SAYS_WHO_SEES),
    Index("ix_entries_cause", "cause", "number", postgresql_where=text("cause IS NOT NULL")),
)

#: What entries are found by: their types, their themes, and both at once. Beside them: with an index on the entries
#: themselves the planner may go through all that is public in search of what is not, for it takes the two for
#: independent. The key holds who sees an entry, so that administrators too read their pages of several types from an
#: index alone: only then the planner merges them.
entry_marks = Table(
    "entry_marks",
    metadata,
    Column("mark", Text, nullable=False),
    Column("number", BigInteger, nullable=False, autoincrement=False),
    Column("seen_by", Text, nullable=False),
    PrimaryKeyConstraint("mark", "number", postgresql_include=["seen_by"]),
    Index("ix_entry_marks_public", "mark", "number", postgresql_where=PUBLIC),
    Index("ix_entry_marks_network", "mark", "number", postgresql_where=NETWORK),
)

#: The ids that stand in entries. Nobody says which of them are persons' before one is erased.
entry_mentions = Table(
    "entry_mentions",
    metadata,
    Column("mention", UUID, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
)

#: A digest tells an id that comes again, and does not tell the id.
forgotten = Table(
    "forgotten",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("since", DateTime(timezone=True), nullable=False),
)


def mark_of_type(type_: str) -> str:
    """The mark of all entries of a type."""
    return f"type/{type_}"


def mark_of_theme(theme: str) -> str:
    """The mark of all entries that carry a theme."""
    return f"theme/{theme}"


def mark_of_both(theme: str, type_: str) -> str:
    """The mark of all entries of a type that carry a theme: of either there may be many, and of both none."""
    return f"both/{type_}/{theme}"


def marks_of(type_: str, themes: Iterable[str]) -> list[str]:
    """All marks of an entry."""
    return [mark_of_type(type_), *(mark for one in themes for mark in (mark_of_theme(one), mark_of_both(one, type_)))]
