"""Fixtures of the store's tests: each test has a database of its own, SQLite or PostgreSQL."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from inkstone.backend.store.database import engine, migrate

_SUPPORT = Path(__file__).parents[2] / "support" / "postgres.py"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Give the URL of a real PostgreSQL server."""
    spec = importlib.util.spec_from_file_location("inkstone_test_postgres", _SUPPORT)
    support = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(support)
    if not support.available():
        pytest.skip("PostgreSQL's programs are not on this machine")
    with support.server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_database(request, inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give an empty database."""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
        name = f"t{uuid4().hex[:12]}"
        admin = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        monkeypatch.setenv("INKSTONE_DATABASE_URL", url.replace("/postgres?", f"/{name}?"))
    yield request.param
    engine().dispose()


@pytest.fixture
def database(empty_database: str) -> str:
    """Give a database with its tables."""
    migrate()
    return empty_database
