"""Proxies in ballots"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ballots", sa.Column("proxies", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("stances", sa.Column("holder", sa.UUID(), nullable=True))


def downgrade() -> None:
    op.drop_column("stances", "holder")
    op.drop_column("ballots", "proxies")
