"""The tables of the journal"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "command_log",
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("asker", "key", name=op.f("pk_command_log")),
    )
    op.create_index(op.f("ix_command_log_created_at"), "command_log", ["created_at"], unique=False)
    op.create_table(
        "entries",
        sa.Column("number", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("fact", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.UUID(), nullable=True),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("correlation", sa.Text(), nullable=False),
        sa.Column("cause", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_entries")),
        sa.UniqueConstraint("fact", name=op.f("uq_entries_fact")),
    )
    op.create_index(
        "ix_entries_cause", "entries", ["cause", "number"], unique=False, postgresql_where=sa.text("cause IS NOT NULL")
    )
    op.create_index(
        "ix_entries_network",
        "entries",
        ["number"],
        unique=False,
        postgresql_where=sa.text("seen_by IN ('PUBLIC', 'NETWORK')"),
    )
    op.create_index(
        "ix_entries_public", "entries", ["number"], unique=False, postgresql_where=sa.text("seen_by = 'PUBLIC'")
    )
    op.create_index(
        "ix_entries_said",
        "entries",
        ["thing", "at"],
        unique=False,
        postgresql_where=sa.text(
            "type IN ('event.edited', 'event.published', 'event.recorded', 'project.described', 'project.recorded')"
        ),
    )
    op.create_index("ix_entries_thing", "entries", ["thing", "number"], unique=False)
    op.create_table(
        "entry_marks",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "number", name=op.f("pk_entry_marks")),
    )
    op.create_index(
        "ix_entry_marks_network",
        "entry_marks",
        ["mark", "number"],
        unique=False,
        postgresql_where=sa.text("seen_by IN ('PUBLIC', 'NETWORK')"),
    )
    op.create_index(
        "ix_entry_marks_public",
        "entry_marks",
        ["mark", "number"],
        unique=False,
        postgresql_where=sa.text("seen_by = 'PUBLIC'"),
    )
    op.create_table(
        "entry_mentions",
        sa.Column("mention", sa.UUID(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mention", "number", name=op.f("pk_entry_mentions")),
    )
    op.create_table(
        "forgotten",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_forgotten")),
    )
    op.create_table(
        "history",
        sa.Column("number", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.UUID(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("waived", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("correlation_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_history")),
    )
    op.create_index("ix_history_subject", "history", ["subject", "number"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("fact", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_received_at"), "inbox", ["received_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("number", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("fact", sa.UUID(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outbox")),
        sa.UniqueConstraint("fact", name=op.f("uq_outbox_fact")),
        sa.UniqueConstraint("subject", "version", name=op.f("uq_outbox_subject_version")),
    )
    op.create_index(
        "ix_outbox_unpublished", "outbox", ["number"], unique=False, postgresql_where=sa.text("published_at IS NULL")
    )
    op.create_table(
        "positions",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "subject", name=op.f("pk_positions")),
    )
    op.create_table(
        "role_grants",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person", sa.UUID(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index(op.f("ix_role_grants_person"), "role_grants", ["person"], unique=False)
    op.create_table(
        "waiting",
        sa.Column("fact", sa.UUID(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("envelope", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_waiting")),
    )
    op.create_index(op.f("ix_waiting_due_at"), "waiting", ["due_at"], unique=False)
    op.create_index("ix_waiting_next", "waiting", ["source", "subject", "version"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_waiting_next", table_name="waiting")
    op.drop_index(op.f("ix_waiting_due_at"), table_name="waiting")
    op.drop_table("waiting")
    op.drop_index(op.f("ix_role_grants_person"), table_name="role_grants")
    op.drop_table("role_grants")
    op.drop_table("positions")
    op.drop_index("ix_outbox_unpublished", table_name="outbox", postgresql_where=sa.text("published_at IS NULL"))
    op.drop_table("outbox")
    op.drop_index(op.f("ix_inbox_received_at"), table_name="inbox")
    op.drop_table("inbox")
    op.drop_index("ix_history_subject", table_name="history")
    op.drop_table("history")
    op.drop_table("forgotten")
    op.drop_table("entry_mentions")
    op.drop_index("ix_entry_marks_public", table_name="entry_marks", postgresql_where=sa.text("seen_by = 'PUBLIC'"))
    op.drop_index(
        "ix_entry_marks_network", table_name="entry_marks", postgresql_where=sa.text("seen_by IN ('PUBLIC', 'NETWORK')")
    )
    op.drop_table("entry_marks")
    op.drop_index("ix_entries_thing", table_name="entries")
    op.drop_index(
        "ix_entries_said",
        table_name="entries",
        postgresql_where=sa.text(
            "type IN ('event.edited', 'event.published', 'event.recorded', 'project.described', 'project.recorded')"
        ),
    )
    op.drop_index("ix_entries_public", table_name="entries", postgresql_where=sa.text("seen_by = 'PUBLIC'"))
    op.drop_index(
        "ix_entries_network", table_name="entries", postgresql_where=sa.text("seen_by IN ('PUBLIC', 'NETWORK')")
    )
    op.drop_index("ix_entries_cause", table_name="entries", postgresql_where=sa.text("cause IS NOT NULL"))
    op.drop_table("entries")
    op.drop_index(op.f("ix_command_log_created_at"), table_name="command_log")
    op.drop_table("command_log")
