"""Charter versions that are accepted anew"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("coalitions", sa.Column("charters", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column(
        "coalitions", sa.Column("decisions", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False)
    )
    # What was agreed on before versions were kept is the first one that is known.
    op.execute(
        "UPDATE coalitions SET charters = jsonb_build_array(jsonb_build_object("
        "'version', charter_version, 'call', call, 'charter', charter, 'since', founded_at)) WHERE charter_version > 0"
    )
    op.add_column("memberships", sa.Column("accept_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_memberships_accept_until"), "memberships", ["accept_until"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_memberships_accept_until"), table_name="memberships")
    op.drop_column("memberships", "accept_until")
    op.drop_column("coalitions", "decisions")
    op.drop_column("coalitions", "charters")
