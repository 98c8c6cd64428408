"""The stays of one incubator side by side"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Said in SQL: the operation for unique constraints does not know what is included.
    op.execute(
        "ALTER TABLE projects ADD CONSTRAINT uq_projects_incubator_id_id "
        "UNIQUE (incubator_id, id) INCLUDE (visibility, lifecycle, stage, stage_since, admitted_on)"
    )
    op.add_column("stage_stays", sa.Column("incubator_id", sa.UUID()))
    op.execute("UPDATE stage_stays SET incubator_id = p.incubator_id FROM projects p WHERE p.id = project_id")
    op.alter_column("stage_stays", "incubator_id", nullable=False)
    op.create_foreign_key(
        "fk_stage_stays_incubator_id_project_id",
        "stage_stays",
        "projects",
        ["incubator_id", "project_id"],
        ["incubator_id", "id"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    )
    op.drop_constraint("fk_stage_stays_project_id", "stage_stays", type_="foreignkey")
    op.create_index(
        "ix_stage_stays_of_incubator",
        "stage_stays",
        ["incubator_id", "project_id", "seq"],
        postgresql_include=["stage", "entered_on", "left_on", "direction"],
    )
    # The unique key begins with the project, and no question is asked by the stage alone.
    op.drop_index("ix_stage_stays_project_id", table_name="stage_stays")
    op.drop_index("ix_stage_stays_stage", table_name="stage_stays")


def downgrade() -> None:
    op.create_index("ix_stage_stays_stage", "stage_stays", ["stage"])
    op.create_index("ix_stage_stays_project_id", "stage_stays", ["project_id"])
    op.drop_index("ix_stage_stays_of_incubator", table_name="stage_stays")
    op.create_foreign_key(
        "fk_stage_stays_project_id", "stage_stays", "projects", ["project_id"], ["id"], ondelete="CASCADE"
    )
    op.drop_constraint("fk_stage_stays_incubator_id_project_id", "stage_stays", type_="foreignkey")
    op.drop_column("stage_stays", "incubator_id")
    op.drop_constraint("uq_projects_incubator_id_id", "projects", type_="unique")
