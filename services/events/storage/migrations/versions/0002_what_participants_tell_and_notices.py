"""What participants tell, calendars of their own and notices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_addresses",
        sa.Column("person", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_calendar_addresses")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_addresses_token_hash")),
    )
    op.create_table(
        "notice_choices",
        sa.Column("person", sa.UUID(), nullable=False),
        sa.Column("unwanted", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("unsubscribe_token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_notice_choices")),
        sa.UniqueConstraint("unsubscribe_token", name=op.f("uq_notice_choices_unsubscribe_token")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person", sa.UUID(), nullable=False),
        sa.Column("event", sa.UUID(), nullable=False),
        sa.Column("registration", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_notices_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(
        "ix_notices_due",
        "notices",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('WAITING', 'SENDING')"),
    )
    op.create_index(op.f("ix_notices_person"), "notices", ["person"], unique=False)
    op.add_column("events", sa.Column("questions", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("registrations", sa.Column("reconfirm_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("registrations", sa.Column("needs", sa.Text(), nullable=True))
    op.add_column(
        "registrations", sa.Column("answers", postgresql.JSONB(none_as_null=True), server_default="[]", nullable=False)
    )
    op.create_index(
        "ix_registrations_reconfirm_by",
        "registrations",
        ["reconfirm_by"],
        unique=False,
        postgresql_where=sa.text("reconfirm_by IS NOT NULL"),
    )
    op.create_index(
        "ix_registrations_told",
        "registrations",
        ["event"],
        unique=False,
        postgresql_where=sa.text("needs IS NOT NULL OR answers <> '[]'::jsonb"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_registrations_told",
        table_name="registrations",
        postgresql_where=sa.text("needs IS NOT NULL OR answers <> '[]'::jsonb"),
    )
    op.drop_index(
        "ix_registrations_reconfirm_by",
        table_name="registrations",
        postgresql_where=sa.text("reconfirm_by IS NOT NULL"),
    )
    op.drop_column("registrations", "answers")
    op.drop_column("registrations", "needs")
    op.drop_column("registrations", "reconfirm_by")
    op.drop_column("events", "questions")
    op.drop_index(op.f("ix_notices_person"), table_name="notices")
    op.drop_index("ix_notices_due", table_name="notices", postgresql_where=sa.text("state IN ('WAITING', 'SENDING')"))
    op.drop_table("notices")
    op.drop_table("notice_choices")
    op.drop_table("calendar_addresses")
