"""What lists know of runs: noted when a run is made, and for runs of earlier releases by the migration."""

import json

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from inkstone.backend.store.database import engine, migrate, session
from inkstone.backend.store.run_values import value_rows
from inkstone.backend.store.tables import Metric, NodeRun, Run
from inkstone.backend.store.tables_organisation import RunValue

DOCUMENT = {
    "seed": 4,
    "nodes": {
        "read": {"component": "data.read_table@1", "params": {"source": "dataset:消息@1"}},
        "train": {"component": "train.ngram_baseline@1", "params": {"c": 3, "words": ["a", "乙"], "balanced": True}},
        "off": {"component": "x@1", "enabled": False, "params": {"c": 9}},
    },
    "template": {"metrics_node": "train"},
}


def test_parameters_become_rows_numbers_as_numbers():
    rows = {row["name"]: (row["text"], row["number"]) for row in value_rows("r", DOCUMENT, {"seed": 11})}
    assert rows == {
        "seed": ("11", 11.0),
        "read.source": ("dataset:消息@1", None),
        "train.c": ("3", 3.0),
        "train.words": ('["a", "乙"]', None),
        "train.balanced": ("true", None),
    }


def test_the_migration_keeps_all_that_belongs_to_runs_and_notes_their_parameters(empty_database):
    config = Config()
    config.set_main_option("script_location", "inkstone.backend.store:migrations")
    with engine().connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        at = "2026-01-01"
        statements = [
            f"INSERT INTO pipelines (id, name, draft, revision, updated_at, created_at) VALUES ('p', 'p', '{{}}', 1, '{at}', '{at}')",
            f"INSERT INTO pipeline_versions (id, pipeline_id, number, description, document, created_at) VALUES ('v', 'p', 1, '', '{{}}', '{at}')",
        ]
        for statement in statements:
            connection.execute(text(statement))
        connection.execute(
            text(
                "INSERT INTO runs (id, name, pipeline_version_id, state, document, options, launcher, stop_requested, events,"
                " created_at) VALUES ('r', 'alt', 'v', 'SUCCEEDED', :document, :options, 'cli', :no, 0, :at)"
            ),
            {"document": json.dumps(DOCUMENT), "options": '{"template": "t"}', "no": False, "at": at},
        )
        connection.execute(
            text(
                "INSERT INTO node_runs (run_id, node, component, position, state) VALUES ('r', 'train', 'c@1', 0, 'SUCCEEDED')"
            )
        )
        connection.execute(
            text("INSERT INTO metrics (run_id, node, name, value, step, time) VALUES ('r', 'train', 'x', 1.0, 0, 0.0)")
        )
        connection.commit()
    migrate()
    with session() as opened:
        run = opened.get_one(Run, "r")
        assert (run.template, run.figures_node, run.note, run.held) == ("t", "train", "", False)
        assert opened.query(NodeRun).count() == opened.query(Metric).count() == 1
        assert {row.name for row in opened.query(RunValue)} == {row["name"] for row in value_rows("r", DOCUMENT, {})}
