"""The key of a mark holds who sees its entry, so that pages of several types are read from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE entry_marks DROP CONSTRAINT pk_entry_marks")
    op.execute("ALTER TABLE entry_marks ADD CONSTRAINT pk_entry_marks PRIMARY KEY (mark, number) INCLUDE (seen_by)")


def downgrade() -> None:
    op.execute("ALTER TABLE entry_marks DROP CONSTRAINT pk_entry_marks")
    op.execute("ALTER TABLE entry_marks ADD CONSTRAINT pk_entry_marks PRIMARY KEY (mark, number)")
