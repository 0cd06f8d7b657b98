"""Changes of state are compare-and-swap; figures have a history and a latest value; references are found."""

import threading

import pytest

from inkstone.backend.events import MetricEvent
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store import records
from inkstone.backend.store.database import session
from inkstone.backend.store.lookup import dataset_version, model_version, sample_file
from inkstone.backend.store.registry import register_model
from inkstone.backend.store.series import curves
from inkstone.backend.store.tables import (
    Artifact,
    Dataset,
    DatasetVersion,
    LatestMetric,
    Model,
    NodeRun,
    Pipeline,
    PipelineVersion,
    Run,
    now,
)
from inkstone.components.artifacts import write_json
from inkstone.components.errors import InkstoneError
from inkstone.components.texts import text


@pytest.fixture
def run_id(database) -> str:
    with session() as opened:
        pipeline = Pipeline(name="p", versions=[PipelineVersion(number=1, document={})])
        opened.add(pipeline)
        opened.flush()
        run = Run(pipeline_version_id=pipeline.versions[0].id, document={})
        run.nodes.append(NodeRun(node="a", component="data.x@1"))
        opened.add(run)
        opened.flush()
        return run.id


def test_only_one_of_many_claims_a_run(run_id):
    won = []

    def claim(pid: int) -> None:
        with session() as opened:
            if records.change_run(opened, run_id, RunState.STARTING, only_from=[RunState.QUEUED], pid=pid):
                won.append(pid)

    threads = [threading.Thread(target=claim, args=(pid,)) for pid in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with session() as opened:
        assert opened.get_one(Run, run_id).pid == won[0]
        assert not records.hand_over(opened, run_id, 999, pid=5)
        assert records.hand_over(opened, run_id, won[0], pid=5)


def test_states_change_only_as_they_may(run_id):
    with session() as opened:
        assert not records.change_run(opened, run_id, RunState.SUCCEEDED)
        assert not records.change_node(opened, run_id, "a", NodeState.SUCCEEDED)
        assert records.change_node(opened, run_id, "a", NodeState.RUNNING)
        assert records.change_node(opened, run_id, "a", NodeState.SUCCEEDED, seconds=1.5)
        for state in (RunState.STARTING, RunState.RUNNING, RunState.FAILED):
            assert records.change_run(opened, run_id, state)
        assert not records.change_run(opened, run_id, RunState.RUNNING)
        assert records.change_run(opened, run_id, RunState.QUEUED, ended_at=None)
    with session() as opened:
        assert records.node_runs(opened, run_id)[0].seconds == 1.5


def test_figures_have_a_history_and_a_latest_value(run_id):
    def event(step: int, value: float | None) -> MetricEvent:
        return MetricEvent(node="a", name="train/loss", step=step, value=value, time=step)

    with session() as opened:
        records.add_metrics(opened, run_id, [event(1, 3.0), event(2, 2.0), event(3, 1.0)])
        records.add_metrics(opened, run_id, [event(2, 1.9), event(3, None)])  # resumed from the checkpoint at 1
        records.add_metrics(opened, run_id, [])
    with session() as opened:
        curve = curves(opened, [run_id])[run_id, "a", "train/loss"]
        assert list(zip(curve.steps, curve.values, strict=True)) == [(1, 3.0), (2, 1.9), (3, None)]
        assert curves(opened, [run_id], ["other"]) == {}
        latest = opened.query(LatestMetric).one()
        assert (latest.step, latest.value) == (3, None)


def test_artifacts_are_found_by_fingerprint_and_by_node(run_id):
    with session() as opened:
        old = Artifact(fingerprint="f", port="x", type="table", sha256="1" * 64)
        opened.add(old)
        opened.flush()
        new = Artifact(fingerprint="f", port="x", type="table", sha256="2" * 64, created_at=now())
        opened.add(new)
        opened.flush()
        assert records.cached_artifacts(opened, "f")["x"].sha256 == "2" * 64
        assert records.cached_artifacts(opened, "g") == {}
        records.set_node_artifacts(opened, run_id, "a", [old])
        records.set_node_artifacts(opened, run_id, "a", [new])
        assert records.node_artifacts(opened, run_id, "a")["x"].id == new.id


def test_a_model_is_registered_whole_and_the_same_bytes_only_once(run_id, tmp_path, inkstone_home):
    folder = tmp_path / "model"
    folder.mkdir()
    write_json(folder / "inkstone.json", {"task": "text_classification", "n": 1})
    note = text("更好", "better")
    assert register_model("风控", folder, metrics={"dev/f1": 0.5}, note=note, run_id=run_id, node="a") == "风控@1"
    assert register_model("风控", folder, metrics={"dev/f1": 0.6}) == "风控@1"
    write_json(folder / "inkstone.json", {"task": "text_classification", "n": 2})
    assert register_model("风控", folder, metrics={}) == "风控@2"
    with session() as opened:
        first, newest = model_version(opened, "风控@1"), model_version(opened, "风控")
        assert (first.number, newest.number, first.task) == (1, 2, "text_classification")
        assert first.metrics == {"dev/f1": 0.6}
        assert (inkstone_home / first.folder / "inkstone.json").is_file()
        assert opened.query(Model).count() == 1
        with pytest.raises(InkstoneError) as caught:
            model_version(opened, "风险")
        assert caught.value.code == "models.unknown"
    with pytest.raises(InkstoneError) as caught:
        register_model("../evil", folder, metrics={})
    assert caught.value.code == "path.bad_name"
    assert not [item for item in (inkstone_home / "models").iterdir() if item.name.startswith(".")]


def test_data_references_lead_to_versions(database):
    with session() as opened:
        dataset = Dataset(name="messages")
        for number in (1, 2):
            dataset.versions.append(
                DatasetVersion(number=number, file_name="a.csv", bytes=1, sha256=str(number) * 64, folder="x")
            )
        opened.add(dataset)
    with session() as opened:
        assert dataset_version(opened, "dataset:messages").number == 2
        assert dataset_version(opened, "dataset:messages@1").number == 1
        for wrong in ("dataset:messages@3", "dataset:mesages"):
            with pytest.raises(InkstoneError) as caught:
                dataset_version(opened, wrong)
            assert caught.value.code == "data.unknown_dataset"
        assert "messages" in caught.value.fix.en  # the nearest name
        opened.query(Dataset).one().trashed_at = now()
        opened.flush()
        with pytest.raises(InkstoneError):
            dataset_version(opened, "dataset:messages")


@pytest.mark.parametrize(
    ("reference", "code"), [("sample:none.csv", "data.unknown_sample"), ("sample:../../paths.py", "path.outside")]
)
def test_samples_are_only_those_of_the_project(reference, code):
    with pytest.raises(InkstoneError) as caught:
        sample_file(reference)
    assert caught.value.code == code
