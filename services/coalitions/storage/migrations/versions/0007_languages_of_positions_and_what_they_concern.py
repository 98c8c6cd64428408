"""Languages of positions, and what they concern"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("common_positions", sa.Column("language", sa.Text()))
    op.add_column("common_positions", sa.Column("concerns", sa.UUID()))


def downgrade() -> None:
    op.drop_column("common_positions", "concerns")
    op.drop_column("common_positions", "language")
