"""Known events, and members that observe until they accept the charter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_events",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_events")),
    )
    op.add_column("memberships", sa.Column("demoted", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("memberships", "demoted")
    op.drop_table("known_events")
