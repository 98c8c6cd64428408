"""What anybody may see is counted by an index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SHOWN = sa.text("lifecycle NOT IN ('APPLIED', 'DECLINED', 'UNDER_REVIEW', 'WITHDRAWN')")


def upgrade() -> None:
    op.create_index("ix_projects_shown", "projects", ["visibility"], postgresql_where=SHOWN)


def downgrade() -> None:
    op.drop_index("ix_projects_shown", table_name="projects", postgresql_where=SHOWN)
