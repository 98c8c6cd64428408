"""What a board is sorted by"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "projects",
        sa.Column(
            "stalling_on",
            sa.Date(),
            sa.Computed(
                "CASE WHEN lifecycle = 'ACTIVE' THEN coalesce(stalls_on, '9999-12-31'::date) ELSE '9999-12-31'::date END",
                persisted=True,
            ),
            nullable=False,
        ),
    )
    op.create_index("ix_projects_admitted_on", "projects", ["admitted_on"], unique=False)
    op.create_index(
        "ix_projects_board",
        "projects",
        ["incubator_id", "stage", "stalling_on", "id"],
        unique=False,
        postgresql_where=sa.text("lifecycle IN ('ACTIVE', 'PAUSED')"),
    )
    op.create_index("ix_projects_created_at", "projects", ["created_at", "id"], unique=False)
    op.create_index("ix_projects_stalling_first", "projects", ["stalling_on", "id"], unique=False)
    op.create_index(
        "ix_projects_update_due",
        "projects",
        ["update_due_on"],
        unique=False,
        postgresql_where=sa.text("lifecycle = 'ACTIVE' AND NOT update_told AND update_due_on IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_projects_update_due",
        table_name="projects",
        postgresql_where=sa.text("lifecycle = 'ACTIVE' AND NOT update_told AND update_due_on IS NOT NULL"),
    )
    op.drop_index("ix_projects_stalling_first", table_name="projects")
    op.drop_index("ix_projects_created_at", table_name="projects")
    op.drop_index(
        "ix_projects_board", table_name="projects", postgresql_where=sa.text("lifecycle IN ('ACTIVE', 'PAUSED')")
    )
    op.drop_index("ix_projects_admitted_on", table_name="projects")
    op.drop_column("projects", "stalling_on")
