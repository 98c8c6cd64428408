"""Who takes up a draft says who sees it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BEFORE = "'event.edited', 'event.published', 'event.recorded', 'project.described', 'project.recorded'"
SINCE = BEFORE.replace("'project.described'", "'event.taken_up', 'project.described'")


def upgrade() -> None:
    _index(SINCE)


def downgrade() -> None:
    _index(BEFORE)


def _index(types: str) -> None:
    op.drop_index("ix_entries_said", table_name="entries")
    op.create_index("ix_entries_said", "entries", ["thing", "at"], postgresql_where=sa.text(f"type IN ({types})"))
