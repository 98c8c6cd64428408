"""Positions that were published elsewhere"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("common_positions", sa.Column("members_counted", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("common_positions", "members_counted")
