"""Replies, weakened evidence, deliveries and promotions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_metrics",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("project", sa.UUID(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_metrics")),
    )
    op.create_index("ix_known_metrics_indicator", "known_metrics", ["project", "indicator"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("position", sa.UUID(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("responded_on", sa.Date(), nullable=True),
        sa.Column("review_due_on", sa.Date(), nullable=False),
        sa.Column("review_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["position"], ["common_positions.id"], name=op.f("fk_deliveries_position_common_positions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_position"), "deliveries", ["position"], unique=False)
    op.create_index(
        "ix_deliveries_review_due",
        "deliveries",
        ["review_due_on"],
        unique=False,
        postgresql_where=sa.text("review_told_at IS NULL"),
    )
    op.add_column("amendments", sa.Column("promoted_to", sa.UUID(), nullable=True))
    for name in ("replies", "weakened"):
        op.add_column("common_positions", sa.Column(name, postgresql.JSONB(), server_default="[]", nullable=False))
    op.create_index(
        "ix_common_positions_evidence", "common_positions", ["evidence"], unique=False, postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("ix_common_positions_evidence", table_name="common_positions", postgresql_using="gin")
    op.drop_column("common_positions", "weakened")
    op.drop_column("common_positions", "replies")
    op.drop_column("amendments", "promoted_to")
    op.drop_index(
        "ix_deliveries_review_due", table_name="deliveries", postgresql_where=sa.text("review_told_at IS NULL")
    )
    op.drop_index(op.f("ix_deliveries_position"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index("ix_known_metrics_indicator", table_name="known_metrics")
    op.drop_table("known_metrics")
