"""Milestones, updates, replies, dated exits"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "known_positions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_positions")),
    )
    op.create_index(op.f("ix_known_positions_slug"), "known_positions", ["slug"], unique=False)
    op.create_table(
        "milestones",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence_kind", sa.Text(), nullable=True),
        sa.Column("evidence_ref", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_milestones_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index(
        "ix_milestones_planned", "milestones", ["due_on"], unique=False, postgresql_where=sa.text("state = 'PLANNED'")
    )
    op.create_index(op.f("ix_milestones_project_id"), "milestones", ["project_id"], unique=False)
    op.create_table(
        "project_exits",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_exits_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_exits")),
        sa.UniqueConstraint(
            "project_id", "seq", deferrable=True, initially="DEFERRED", name=op.f("uq_project_exits_project_id_seq")
        ),
    )
    op.create_index(op.f("ix_project_exits_project_id"), "project_exits", ["project_id"], unique=False)
    op.create_table(
        "project_updates",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("written_by", sa.UUID(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_project_updates_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_updates")),
    )
    op.create_index(op.f("ix_project_updates_project_id"), "project_updates", ["project_id"], unique=False)
    op.create_table(
        "quotations",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("project_id", sa.UUID(), nullable=False),
        sa.Column("position", sa.UUID(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("replied_by", sa.UUID(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"], ["projects.id"], name=op.f("fk_quotations_project_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quotations")),
        sa.UniqueConstraint("project_id", "position", name=op.f("uq_quotations_project_id_position")),
    )
    op.create_index(op.f("ix_quotations_position"), "quotations", ["position"], unique=False)
    op.create_index(op.f("ix_quotations_project_id"), "quotations", ["project_id"], unique=False)
    op.add_column("projects", sa.Column("admitted_on", sa.Date(), nullable=True))
    op.add_column("projects", sa.Column("update_due_on", sa.Date(), nullable=True))
    op.add_column("projects", sa.Column("update_told", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "timeline_entries", sa.Column("for_team", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.drop_index("ix_evidence_waiting", table_name="evidence")
    op.create_index(
        "ix_evidence_waiting", "evidence", ["ref"], unique=False, postgresql_where=sa.text("counted_at IS NULL")
    )
    # What is known of projects that are here already.
    op.execute(
        """
        UPDATE projects SET
            admitted_on = coalesce(
                (SELECT max(decided_at)::date FROM applications WHERE project_id = projects.id),
                (SELECT min(entered_on) FROM stage_stays WHERE project_id = projects.id),
                created_at::date
            ),
            update_due_on = CASE WHEN lifecycle = 'ACTIVE' THEN current_date + 90 END
        WHERE lifecycle IN ('ADMITTED', 'ACTIVE', 'PAUSED', 'GRADUATED', 'STOPPED')
        """
    )
    op.execute(
        """
        INSERT INTO project_exits (id, project_id, seq, "after", state, "on", reason)
        SELECT gen_random_uuid(), id, 0,
            (SELECT count(*) FROM stage_stays WHERE project_id = projects.id) - 1, lifecycle, ended_on, stop_reason
        FROM projects WHERE lifecycle IN ('GRADUATED', 'STOPPED') AND ended_on IS NOT NULL
        """
    )


def downgrade() -> None:
    op.drop_index("ix_evidence_waiting", table_name="evidence")
    op.create_index(
        "ix_evidence_waiting", "evidence", ["ref"], unique=False,
        postgresql_where=sa.text("kind = 'EVENT' AND counted_at IS NULL"),
    )  # fmt: skip
    op.drop_column("timeline_entries", "for_team")
    op.drop_column("projects", "update_told")
    op.drop_column("projects", "update_due_on")
    op.drop_column("projects", "admitted_on")
    op.drop_index(op.f("ix_quotations_project_id"), table_name="quotations")
    op.drop_index(op.f("ix_quotations_position"), table_name="quotations")
    op.drop_table("quotations")
    op.drop_index(op.f("ix_project_updates_project_id"), table_name="project_updates")
    op.drop_table("project_updates")
    op.drop_index(op.f("ix_project_exits_project_id"), table_name="project_exits")
    op.drop_table("project_exits")
    op.drop_index(op.f("ix_milestones_project_id"), table_name="milestones")
    op.drop_index("ix_milestones_planned", table_name="milestones", postgresql_where=sa.text("state = 'PLANNED'"))
    op.drop_table("milestones")
    op.drop_index(op.f("ix_known_positions_slug"), table_name="known_positions")
    op.drop_table("known_positions")
