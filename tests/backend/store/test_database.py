"""The schema, and what holds when several processes use the database at once."""

import os
import subprocess
import sys
from datetime import UTC

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from inkstone.backend.store import migrations
from inkstone.backend.store.database import engine, migrate, session
from inkstone.backend.store.tables import Base, Dataset, DatasetVersion, LabelEntry, LatestMetric, User
from inkstone.components.errors import InkstoneError


def test_migrations_give_exactly_the_tables(database):
    with engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_migration_is_listed():
    config = Config()
    config.set_main_option("script_location", "inkstone.backend.store:migrations")
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == migrations.REVISIONS


def test_a_database_of_the_first_release_keeps_its_rows(empty_database):
    config = Config()
    config.set_main_option("script_location", "inkstone.backend.store:migrations")
    with engine().connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text("INSERT INTO users VALUES ('u', '李雷', 'admin', 'x', :yes, '2026-01-01')"), {"yes": True}
        )
        connection.execute(
            text("INSERT INTO datasets (id, name, description, created_at) VALUES ('d', '消息', '', '2026-01-01')")
        )
        connection.execute(
            text(
                "INSERT INTO dataset_versions (id, dataset_id, number, created_at, file_name, bytes, sha256, folder, rows,"
                " info, roles, note) VALUES ('v', 'd', 1, '2026-01-01', 'a.csv', 9, 'x', 'y', 3, '{}', '{}', '')"
            )
        )
        connection.commit()
    migrate()
    with session() as opened:
        assert opened.query(DatasetVersion).one().made is None
        opened.add(LabelEntry(version_id="v", row=2, labels=["广告"], user_name="李雷"))
    with session() as opened:
        assert opened.query(LabelEntry).one().at.tzinfo is not None


def test_migrating_again_changes_nothing_and_a_newer_database_is_refused(database):
    with session() as opened:
        opened.add(User(name="李雷", password_hash="x"))
    migrate()
    with session() as opened:
        assert opened.query(User).one().name == "李雷"
        opened.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InkstoneError) as caught:
        migrate()
    assert caught.value.code == "system.database_newer"


def test_several_processes_may_migrate_at_once(empty_database):
    program = [sys.executable, "-c", "from inkstone.backend.store.database import migrate; migrate()"]
    processes = [subprocess.Popen(program, env=dict(os.environ)) for _ in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert inspect(engine()).has_table("runs")


def test_an_unreachable_database_is_told(inkstone_home, monkeypatch):
    monkeypatch.setenv("INKSTONE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(InkstoneError) as caught:
        migrate()
    assert caught.value.code == "system.database_unreachable"


def test_a_session_rolls_back_when_its_block_raises(database):
    with pytest.raises(ZeroDivisionError), session() as opened:
        opened.add(Dataset(name="half"))
        raise ZeroDivisionError
    with session() as opened:
        assert opened.query(Dataset).count() == 0


def test_references_hold_and_big_numbers_and_times_come_back(database):
    with pytest.raises(IntegrityError), session() as opened:
        opened.add(LatestMetric(run_id="none", node="a", name="x", value=1.0))
    with session() as opened:
        dataset = Dataset(name="大")
        version = DatasetVersion(number=1, file_name="a.csv", bytes=5 << 40, sha256="0" * 64, folder="x")
        dataset.versions.append(version)
        opened.add(dataset)
    with session() as opened:
        found = opened.query(DatasetVersion).one()
        assert found.bytes == 5 << 40
        assert found.created_at.tzinfo is not None and found.created_at.utcoffset() == UTC.utcoffset(None)


def test_many_writers_wait_for_one_another(database):
    code = (
        "import sys\n"
        "from inkstone.backend.store.database import session\n"
        "from inkstone.backend.store.tables import Dataset\n"
        "for number in range(25):\n"
        "    with session() as opened:\n"
        "        opened.query(Dataset).count()\n"
        "        opened.add(Dataset(name=f'{sys.argv[1]}-{number}'))\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(writer)]) for writer in range(3)]
    assert [process.wait(90) for process in processes] == [0, 0, 0]
    with session() as opened:
        assert opened.query(Dataset).count() == 75
