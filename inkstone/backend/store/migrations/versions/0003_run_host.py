"""The machine of a run and its last sign of life; spans that people mark in texts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("host", sa.String(length=255), nullable=True))
    op.add_column("runs", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("labels", sa.Column("kind", sa.String(length=10), nullable=False, server_default="class"))
    op.add_column("labels", sa.Column("spans", sa.JSON(), nullable=True))


def downgrade() -> None:
    for column in ("spans", "kind"):
        op.drop_column("labels", column)
    for column in ("seen_at", "host"):
        op.drop_column("runs", column)
