"""Tags, notes, stars, saved views, parameter values and the order of the queue."""

import sqlalchemy as sa
from alembic import op

from inkstone.backend.store.run_values import figures_node_of, template_of, value_rows

revision = "0008"
down_revision = "0003"
branch_labels = None
depends_on = None


def _run() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["run_id"], ["runs.id"], ondelete="CASCADE")


def upgrade() -> None:
    # Never in batch mode: SQLite would drop the old table, and with it, by cascade, everything that belongs to runs.
    op.add_column("runs", sa.Column("template", sa.String(length=100), nullable=True))
    op.add_column("runs", sa.Column("figures_node", sa.String(length=40), nullable=True))
    op.add_column("runs", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column("runs", sa.Column("queue_rank", sa.Float(), nullable=True))
    op.add_column("runs", sa.Column("held", sa.Boolean(), nullable=False, server_default="0"))
    op.create_index("ix_runs_template", "runs", ["template"])
    op.create_index("ix_latest_metrics_name_value", "latest_metrics", ["name", "value"])
    _create_tables()
    _fill()


def _create_tables() -> None:
    op.create_table(
        "run_tags",
        sa.Column("run_id", sa.String(length=16), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        _run(),
        sa.PrimaryKeyConstraint("run_id", "tag"),
    )
    op.create_index("ix_run_tags_tag", "run_tags", ["tag"])
    op.create_table(
        "run_stars",
        sa.Column("run_id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        _run(),
        sa.PrimaryKeyConstraint("run_id", "user_id"),
    )
    op.create_table(
        "run_values",
        sa.Column("run_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        _run(),
        sa.PrimaryKeyConstraint("run_id", "name"),
    )
    op.create_index("ix_run_values_name_number", "run_values", ["name", "number"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("user_id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_id", "name"),
    )
    op.create_table(
        "switches",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def _fill() -> None:
    """Note parameters and template of the runs that are there already."""
    connection = op.get_bind()
    runs = sa.table(
        "runs",
        sa.column("id", sa.String),
        sa.column("document", sa.JSON),
        sa.column("options", sa.JSON),
        sa.column("template", sa.String),
        sa.column("figures_node", sa.String),
    )
    values = sa.table("run_values", *(sa.column(name) for name in ("run_id", "name", "text", "number")))
    for run_id, document, options in connection.execute(sa.select(runs.c.id, runs.c.document, runs.c.options)).all():
        facts = {"template": template_of(options), "figures_node": figures_node_of(document)}
        connection.execute(runs.update().where(runs.c.id == run_id).values(facts))
        connection.execute(values.insert(), value_rows(run_id, document, options))


def downgrade() -> None:
    for table in ("switches", "saved_views", "run_values", "run_stars", "run_tags"):
        op.drop_table(table)
    op.drop_index("ix_latest_metrics_name_value", table_name="latest_metrics")
    op.drop_index("ix_runs_template", table_name="runs")
    for column in ("held", "queue_rank", "note", "figures_node", "template"):
        op.drop_column("runs", column)
