"""A run from the queue to its end, on both executors."""

import json
import subprocess
import sys

from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.launch import environment, launch
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.records import node_artifacts
from inkstone.backend.store.series import curves
from inkstone.backend.store.tables import LatestMetric, Model

GRAPH = """
inkstone: 1
name: toy
nodes:
  a: {component: data.toy_number@1, params: {name: x, value: 3}}
  b: {component: data.toy_number, params: {name: y, value: 4}}
  off: {component: data.toy_number, params: {name: z}, enabled: false}
  sum: {component: data.toy_add, inputs: {numbers: [a.number, b.number], more: off.number}}
  train: {component: train.toy_train, params: {seconds: 0.1}, inputs: {number: sum.sum}}
  parts: {component: data.toy_parts, params: {both: true}, inputs: {number: train.number}}
  more: {component: data.toy_add, inputs: {numbers: [parts.first], more: parts.second}}
  register: {component: deliver.toy_register, inputs: {number: more.sum}}
"""


def test_a_graph_runs_to_its_end_and_a_second_time_from_the_cache(toys, executor):
    first = toys.run(GRAPH, executor)
    assert toys.state(first) is RunState.SUCCEEDED, toys.log(first)
    assert toys.number(first, "more", "sum") == 7 + 70
    states = toys.states(first)
    assert states.pop("off") is NodeState.SKIPPED
    assert set(states.values()) == {NodeState.SUCCEEDED}
    assert not toys.left_over(first)

    events = toys.events(first)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert [event.state for event in events if event.kind == "run_state"] == ["STARTING", "RUNNING", "SUCCEEDED"]
    assert {event.node for event in events if event.kind == "log"} == {"a", "b"}
    losses = [event.value for event in events if event.kind == "metric" and event.name == "train/loss"]
    assert losses == [1, 1 / 2, 1 / 3]
    with session() as opened:
        assert curves(opened, [first], ["train/loss"])[first, "train", "train/loss"].values == losses
        assert opened.get_one(LatestMetric, (first, "train", "train/loss")).value == losses[-1]
        assert [len(model.versions) for model in opened.query(Model)] == [1]
    assert toys.row(first).events == len(events)

    second = toys.run(GRAPH, executor)
    assert toys.ran(second) == {"register"}
    assert toys.node(second, "train").reason["en"].startswith("Nothing changed")
    with session() as opened:
        assert [len(model.versions) for model in opened.query(Model)] == [1]


def test_only_what_a_change_concerns_runs_again_and_says_why(toys):
    first = toys.run(GRAPH)
    changed = toys.run(GRAPH.replace("seconds: 0.1", "seconds: 0.11, epochs: 2"))
    # What parts gave is the same bytes again, so what follows it comes from the cache.
    assert toys.ran(changed) == {"train", "parts", "register"}
    reason = toys.node(changed, "train").reason
    assert "epochs: 3.0 → 2.0" in reason["en"]
    assert "参数 epochs" in reason["zh"]
    assert "input number" in toys.node(changed, "parts").reason["en"]
    # A parameter that cannot change the result changes nothing.
    assert toys.ran(toys.run(GRAPH.replace("value: 3", "value: 3, threads: 4"))) == {"register"}
    # Neither do names, ids and places.
    moved = GRAPH.replace("  a:", "  number_three:").replace("a.number,", "number_three.number,")
    assert toys.ran(toys.run(moved.replace("{name: x, value: 3}}", "{name: x, value: 3}, position: [9, 9]}"))) == {
        "register"
    }
    assert toys.state(first) is RunState.SUCCEEDED


def test_fresh_ignore_cache_and_parts_of_the_graph(toys):
    toys.run(GRAPH)
    fresh = toys.run(GRAPH, fresh=True)
    assert "a" in toys.ran(fresh) and "no cache" in toys.node(fresh, "a").reason["en"]
    ignoring = toys.run(GRAPH.replace("{name: x, value: 3}}", "{name: x, value: 3}, ignore_cache: true}"))
    assert toys.ran(ignoring) == {"a", "register"}  # the same bytes came out: what follows is cached
    up_to = toys.run(GRAPH, to="sum")
    assert toys.states(up_to)["train"] is NodeState.SKIPPED
    assert toys.ran(up_to) == set()
    assert toys.ran(toys.run(GRAPH, **{"from": "parts"})) == {"parts", "more", "register"}
    only = toys.run(GRAPH, only="train")
    assert toys.ran(only) == {"train"}
    assert toys.states(only)["register"] is NodeState.SKIPPED


def test_an_artifact_that_is_gone_is_made_again(toys):
    first = toys.run(GRAPH)
    with session() as opened:
        sha256 = node_artifacts(opened, first, "sum")["sum"].sha256
    ArtifactStore().remove(sha256)
    second = toys.run(GRAPH)
    assert toys.ran(second) == {"sum", "register"}
    assert "removed" in toys.node(second, "sum").reason["en"]


def test_a_run_whose_graph_is_wrong_fails_with_its_problem_before_anything_ran(toys):
    run_id = toys.run("inkstone: 1\nname: t\nnodes: {a: {component: data.toy_number, params: {value: 5000}}}\n")
    row = toys.row(run_id)
    assert (row.state, row.error["code"], row.error["node"]) == ("FAILED", "pipeline.out_of_bounds", "a")
    assert [event.kind for event in toys.events(run_id)].count("log") == 2  # the name is missing as well
    assert toys.node(run_id, "a").error["code"] == "pipeline.out_of_bounds"


def test_the_run_process_of_a_cached_run_imports_no_learning_library(toys):
    toys.run(GRAPH)
    run_id = toys.make(GRAPH, executor="ray")
    code = (
        "import sys; from inkstone.backend.runtime.process import main; main(sys.argv[1:]);"
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, run_id], env=environment(run_id), capture_output=True, text=True, check=False
    )
    assert toys.state(run_id) is RunState.SUCCEEDED, done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1].replace("'", '"')))
    assert not loaded & {"torch", "ray", "transformers", "datasets", "pandas", "sklearn", "alembic", "pyarrow"}


def test_one_run_is_carried_out_by_one_process(toys):
    run_id = toys.make(GRAPH.replace("seconds: 0.1", "seconds: 0.3"))
    processes = [launch(run_id), launch(run_id)]
    assert sorted(process.wait(60) for process in processes) == [0, 3]
    starts = [event for event in toys.events(run_id) if event.kind == "run_state" and event.state == "STARTING"]
    assert len(starts) == 1
    assert (run_folder(run_id) / "process.log").exists()
