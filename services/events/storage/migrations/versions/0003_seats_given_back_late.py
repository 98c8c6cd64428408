"""Seats given back late"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registrations", sa.Column("cancelled_late", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("registrations", "cancelled_late")
