"""Reviews of models that give a text several classes."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reviews", sa.Column("labels", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("reviews", "labels")
