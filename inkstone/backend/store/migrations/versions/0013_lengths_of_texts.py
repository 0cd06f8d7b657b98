"""Lengths of the texts that deployments answered."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deployment_minutes", sa.Column("lengths", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("deployment_minutes", "lengths")
