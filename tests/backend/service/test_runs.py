"""Runs before a process takes them: checked, queued, stopped."""

import pytest

from inkstone.backend.events import MetricEvent
from inkstone.backend.service import datasets, runs, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.run_details import thinned
from inkstone.backend.states import RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.components.errors import InkstoneError, ProblemList


@pytest.fixture
def document(home, table):
    view = datasets.upload(LOCAL, table, table.name)
    return templates.build(LOCAL, "text-risk-control", {"data": view.reference, "text": "文本", "label": "标签"})


def test_a_sound_document_is_queued(document):
    run = runs.start(LOCAL, document, template="text-risk-control", options={"seed": 3})
    assert (run.state, run.options["seed"], run.template) == (RunState.QUEUED, 3, "text-risk-control")
    assert runs.get(LOCAL, run.id[:6]).document == document
    assert [item.id for item in runs.list_(LOCAL, "active")] == [run.id]


def test_the_same_document_is_the_same_pipeline_version(document):
    first, second = (runs.start(LOCAL, document, template="text-risk-control") for _ in range(2))
    assert (first.pipeline_id, first.pipeline_version) == (second.pipeline_id, second.pipeline_version)


def test_a_wrong_document_queues_nothing(document):
    wrong = templates.build(
        LOCAL, "text-risk-control", {"data": "dataset:消息", "text": "nix", "label": "标签"}, {"train.epochs": 0}
    )
    with pytest.raises(ProblemList) as problems:
        runs.start(LOCAL, wrong)
    assert {item.code for item in problems.value.problems} == {"pipeline.unknown_column", "pipeline.out_of_bounds"}
    assert runs.list_(LOCAL) == []


def test_only_the_nodes_that_run_must_be_sound(document):
    wrong = templates.build(
        LOCAL, "text-risk-control", {"data": "dataset:消息", "text": "文本", "label": "标签"}, {"split.dev_share": 0.2}
    )
    nodes = dict(wrong.nodes)
    nodes["register"] = nodes["register"].model_copy(update={"inputs": {}})
    wrong = wrong.model_copy(update={"nodes": nodes})
    with pytest.raises(ProblemList):
        runs.start(LOCAL, wrong)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"executor": "spark"}, "runs.bad_option"),
        ({"seed": -1}, "runs.bad_option"),
        ({"to": "../x"}, "runs.bad_option"),
        ({"fresk": True}, "runs.unknown_option"),
    ],
)
def test_a_wrong_option_is_refused(document, options, code):
    with pytest.raises(InkstoneError) as problem:
        runs.start(LOCAL, document, options=options)
    assert problem.value.code == code


def test_a_queued_run_is_stopped_at_once_and_only_once(document):
    run = runs.start(LOCAL, document)
    assert runs.stop(LOCAL, run.id).state is RunState.CANCELLED
    with pytest.raises(InkstoneError) as problem:
        runs.stop(LOCAL, run.id)
    assert problem.value.code == "runs.not_stoppable"
    assert runs.resume(LOCAL, run.id).state is RunState.QUEUED
    with pytest.raises(InkstoneError):
        runs.trash(LOCAL, run.id)


def test_long_curves_are_thinned_for_pages(document):
    run = runs.start(LOCAL, document)
    with session() as db:
        events = [MetricEvent(node="train", name="train/loss", value=1 / step, step=step) for step in range(1, 1001)]
        records.add_metrics(db, run.id, events)
    (series,) = runs.metrics(LOCAL, run.id, points=50)
    assert (len(series.points), series.total) == (50, 1000)
    assert (series.points[0][0], series.points[-1][0]) == (1, 1000)


def test_thinning_keeps_short_curves():
    assert thinned([1, 2, 3], 5) == [1, 2, 3]
    assert thinned(list(range(10)), 2) == [0, 9]


def test_an_unknown_run_is_not_found(home):
    for call in (runs.get, runs.result, runs.stop, runs.events):
        with pytest.raises(InkstoneError) as problem:
            call(LOCAL, "feedbeef")
        assert problem.value.status == 404
