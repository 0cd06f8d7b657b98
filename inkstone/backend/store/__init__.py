"""SQLAlchemy tables, Alembic migrations and the artifact store."""
