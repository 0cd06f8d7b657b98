"""Labels that people give to rows, and how a version of a dataset was made."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("dataset_versions") as versions:
        versions.add_column(sa.Column("made", sa.JSON(), nullable=True))
    op.create_table(
        "labels",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("version_id", sa.String(length=16), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=True),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_versions.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_labels_version_row", "labels", ["version_id", "row"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_labels_version_row", table_name="labels")
    op.drop_table("labels")
    with op.batch_alter_table("dataset_versions") as versions:
        versions.drop_column("made")
