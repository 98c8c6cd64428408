"""The tables that every service's database has beside its own."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PgUUID

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata_with_backbone() -> MetaData:
    """A new MetaData that already holds outbox, inbox, positions, waiting, command_log, history and role_grants."""
    metadata = MetaData(naming_convention=NAMING)
    moment = DateTime(timezone=True)

    Table(
        "outbox",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=True),
        Column("fact", PgUUID, nullable=False, unique=True),
        Column("type", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("envelope", JSONB, nullable=False),
        Column("created_at", moment, nullable=False, server_default=func.now()),
        Column("published_at", moment),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("last_error", Text),
        UniqueConstraint("subject", "version"),
        Index("ix_outbox_unpublished", "number", postgresql_where=text("published_at IS NULL")),
    )
    Table(
        "inbox",
        metadata,
        Column("fact", PgUUID, primary_key=True),
        Column("type", Text, nullable=False),
        Column("received_at", moment, nullable=False, server_default=func.now(), index=True),
    )
    Table(
        "positions",
        metadata,
        Column("source", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("version", BigInteger, nullable=False),
    )
    Table(
        "waiting",
        metadata,
        Column("fact", PgUUID, primary_key=True),
        Column("source", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("version", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("envelope", JSONB, nullable=False),
        Column("reason", Text, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("last_error", Text),
        Column("received_at", moment, nullable=False, server_default=func.now()),
        Column("due_at", moment, index=True),
        Index("ix_waiting_next", "source", "subject", "version"),
    )
    Table(
        "command_log",
        metadata,
        Column("asker", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("request_hash", Text, nullable=False),
        Column("answer", JSONB),
        Column("created_at", moment, nullable=False, server_default=func.now(), index=True),
    )
    Table(
        "history",
        metadata,
        Column("number", BigInteger, primary_key=True, autoincrement=True),
        Column("subject", Text, nullable=False),
        Column("aspect", Text, nullable=False),
        Column("from_state", Text),
        Column("to_state", Text, nullable=False),
        Column("actor_kind", Text, nullable=False),
        Column("actor_id", PgUUID),
        Column("reason", Text),
        Column("rule", Text),
        Column("waived", ARRAY(Text), nullable=False, server_default="{}"),
        Column("at", moment, nullable=False),
        Column("correlation_id", Text, nullable=False),
        Index("ix_history_subject", "subject", "number"),
    )
    Table(
        "role_grants",
        metadata,
        Column("id", PgUUID, primary_key=True),
        Column("person", PgUUID, nullable=False, index=True),
        Column("role", Text, nullable=False),
        Column("scope", Text),
        Column("until", moment),
    )
    return metadata
