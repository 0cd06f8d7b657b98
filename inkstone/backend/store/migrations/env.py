"""Runs migrations on the connection that ``store.database`` hands over."""

from alembic import context

from inkstone.backend.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
context.run_migrations()
