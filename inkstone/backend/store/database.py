"""The database: SQLite in the home by default, PostgreSQL by ``INKSTONE_DATABASE_URL``."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.store import (  # noqa: F401  # their tables and listeners belong to every session
    run_values,
    tables_analysis,
    tables_notices,
    tables_registry,
    tables_risk,
    tables_search,
    tables_serving,
)
from inkstone.backend.store.errors import DATABASE_NEWER, DATABASE_UNREACHABLE
from inkstone.backend.store.migrations import HEAD, REVISIONS

_LOCK_NUMBER = 0x1265  # any constant: the advisory lock under which a PostgreSQL schema is upgraded


def engine() -> Engine:
    """Return the engine of the database that the environment names, made once for each URL."""
    return _engine(paths.database_url())


@lru_cache(maxsize=8)
def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        paths.home().mkdir(parents=True, exist_ok=True)
        made = create_engine(parsed, connect_args={"timeout": 30})
        event.listen(made, "connect", _prepare_sqlite)
        return made
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=10)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")  # first: switching to WAL needs a lock as well
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


@contextmanager
def session() -> Iterator[Session]:
    """Open a session that commits at the end, or rolls back when its block raises.

    Objects stay readable after the commit.
    """
    with Session(engine(), expire_on_commit=False) as opened, opened.begin():
        yield opened


def migrate() -> None:
    """Bring the schema up to date. Cheap when it is; safe when several processes start at once.

    Raises:
        InkstoneError: ``system.database_unreachable`` or ``system.database_newer``.
    """
    try:
        with engine().connect() as connection:
            if _revision(connection) == HEAD:
                return
        _upgrade()
    except OperationalError as error:
        raise DATABASE_UNREACHABLE(problem=str(error.orig).strip().splitlines()[0]) from error


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise DATABASE_NEWER(revision=found)
    return str(found) if found is not None else None


def _upgrade() -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "inkstone.backend.store:migrations")
    with engine().connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # others wait here, and then find the work done
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
        if _revision(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        connection.commit()
