"""Marks of a theme and a type at once"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        INSERT INTO entry_marks (mark, number, seen_by)
        SELECT 'both/' || e.type || '/' || substr(m.mark, length('theme/') + 1), m.number, m.seen_by
        FROM entry_marks m JOIN entries e ON e.number = m.number WHERE m.mark LIKE 'theme/%'
        """
    )


def downgrade() -> None:
    op.execute("DELETE FROM entry_marks WHERE mark LIKE 'both/%'")
