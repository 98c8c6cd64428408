"""Words of a search by their stems"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column(
            "search_words",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('french', plain(search_text)) || to_tsvector('english', plain(search_text))",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.create_index("ix_projects_search_words", "projects", ["search_words"], unique=False, postgresql_using="gin")


def downgrade() -> None:
    op.drop_index("ix_projects_search_words", table_name="projects", postgresql_using="gin")
    op.drop_column("projects", "search_words")
