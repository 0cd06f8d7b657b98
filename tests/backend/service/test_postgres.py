"""One pass through the service on a real PostgreSQL."""

import importlib.util
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkstone.backend.events import MetricEvent
from inkstone.backend.service import audit, datasets, models, pipelines, runs, templates, users
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.states import RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import engine, migrate, session
from inkstone.components.errors import InkstoneError

_SUPPORT = Path(__file__).parents[2] / "support" / "postgres.py"
pytestmark = pytest.mark.postgres


def _support():
    if "inkstone_test_postgres" not in sys.modules:
        spec = importlib.util.spec_from_file_location("inkstone_test_postgres", _SUPPORT)
        module = importlib.util.module_from_spec(spec)
        sys.modules["inkstone_test_postgres"] = module
        spec.loader.exec_module(module)
    return sys.modules["inkstone_test_postgres"]


@pytest.fixture
def postgres(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a home whose records are in a PostgreSQL."""
    if not _support().available():
        pytest.skip("no PostgreSQL programs here")
    with _support().server() as url:
        monkeypatch.setenv("INKSTONE_DATABASE_URL", url)
        migrate()
        yield inkstone_home
        engine().dispose()


def test_the_service_works_on_postgresql(postgres, table):
    assert engine().dialect.name == "postgresql"
    ann = users.add(LOCAL, "ann", "correct horse", "admin")
    actor = users.authenticate("ann", "correct horse", "127.0.0.1")
    assert actor.user_id == ann.id
    assert users.actor_of_token(users.create_token(actor, "script", days=1).secret) == actor

    view = datasets.upload(actor, table, table.name)
    assert datasets.upload(actor, table, table.name).id == view.id
    with pytest.raises(InkstoneError):
        datasets.upload(actor, io.BytesIO(b"text,label\n"), "bad.csv")
    assert [item.name for item in datasets.list_(actor, "消")] == ["消息"]
    assert datasets.preview(actor, "消息", search="第5").total == 11

    document = templates.build(actor, "text-risk-control", {"data": view.reference, "text": "文本", "label": "标签"})
    pipeline = pipelines.create(actor, document)
    assert pipelines.save_draft(actor, pipeline.id, document, 1).revision == 2
    with pytest.raises(InkstoneError) as problem:
        pipelines.save_draft(actor, pipeline.id, document, 1)
    assert problem.value.code == "pipeline.conflict"

    run = runs.start(actor, document, pipeline_id=pipeline.id)
    with session() as db:
        events = [MetricEvent(node="train", name="dev/macro_f1", value=0.1 * step, step=step) for step in range(5)]
        records.add_metrics(db, run.id, events)
    assert runs.list_(actor, "active")[0].metrics == {"dev/macro_f1": pytest.approx(0.4)}
    assert len(runs.metrics(actor, run.id)[0].points) == 5
    assert runs.stop(actor, run.id).state is RunState.CANCELLED
    runs.trash(actor, run.id)
    assert runs.list_(actor) == []
    assert models.list_(actor) == []
    pipelines.trash(actor, pipeline.id)
    datasets.trash(actor, "消息")
    assert "dataset.trash" in [entry.action for entry in audit.list_(actor)]
    users.remove(LOCAL, "ann")
    assert audit.list_(LOCAL)[0].user is None


def test_runs_are_searched_sorted_and_thinned_on_postgresql(postgres, table):
    from inkstone.backend.service import run_organising, run_search
    from inkstone.backend.service.comparing.curves import curves
    from inkstone.backend.service.run_search import FigureRange, RunFilter
    from inkstone.backend.store.series import curves as stored_curves

    view = datasets.upload(LOCAL, table, table.name)
    document = templates.build(LOCAL, "text-risk-control", {"data": view.reference, "text": "文本", "label": "标签"})
    made = [runs.start(LOCAL, document, name=name, template="text-risk-control") for name in "甲乙"]
    with session() as db:
        for number, run in enumerate(made):
            events = [
                MetricEvent(node="train", name="train/loss", value=1 / (step + 1), step=step) for step in range(50)
            ]
            records.add_metrics(
                db, run.id, [*events, MetricEvent(node="register", name="test/accuracy", value=number / 2)]
            )
    run_organising.tag(LOCAL, [made[0].id], ["好"])
    for order in ("-figure:test/accuracy", "-param:seed", "seconds", "-created", "state", "name"):
        page = run_search.search(LOCAL, order=order, columns=["figure:test/accuracy", "param:train.encoder"])
        assert page.total == 2
    wanted = RunFilter(text="好", dataset="消息", figures=[FigureRange(name="test/accuracy", high=0.4)])
    assert [row.run.name for row in run_search.search(LOCAL, wanted).rows] == ["甲"]
    assert run_search.choices(LOCAL).datasets == {"dataset:消息": 2}
    with session() as db:
        reduced = stored_curves(db, [made[0].id], most=10)[made[0].id, "train", "train/loss"]
    assert reduced.total == 50
    assert max(reduced.values) == 1.0
    assert curves(LOCAL, [made[0].id], ["train/loss"], points=10)[0].total == 50
