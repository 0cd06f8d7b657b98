"""What a user is told when a node fails, and what becomes of the others."""

import pytest

from inkstone.backend.runtime.continuation import resume
from inkstone.backend.runtime.failures import describe
from inkstone.backend.runtime.launch import launch
from inkstone.backend.runtime.reconcile import declare_lost
from inkstone.backend.states import NodeState, RunState

GRAPH = """
inkstone: 1
name: toy
nodes:
  good: {{component: data.toy_number, params: {{name: x}}}}
  bad: {{component: data.toy_fail, params: {{how: {how}}}, inputs: {{number: good.number}}}}
  after: {{component: data.toy_add, inputs: {{numbers: [bad.number]}}}}
  apart: {{component: data.toy_add, inputs: {{numbers: [good.number]}}}}
"""


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("refused", "toy.refused"),
        ("bug", "internal"),
        ("memory", "runs.out_of_memory"),
        ("disk", "system.disk_full"),
        ("exit", "internal"),
        ("nothing", "runs.bad_output"),
        ("link", "store.artifact_link"),
    ],
)
def test_a_failed_node_names_its_cause_and_the_rest_goes_on(toys, how, code):
    run_id = toys.run(GRAPH.format(how=how))
    assert toys.state(run_id) is RunState.FAILED
    assert toys.states(run_id) == {
        "good": NodeState.SUCCEEDED,
        "bad": NodeState.FAILED,
        "after": NodeState.SKIPPED,
        "apart": NodeState.SUCCEEDED,
    }
    error = toys.row(run_id).error
    assert (error["code"], error["node"]) == (code, "bad")
    assert error["what"]["zh"] and error["what"]["en"] and error["fix"]["zh"] and error["fix"]["en"]
    assert "Traceback" not in str(error)
    assert toys.node(run_id, "bad").error == error
    assert "bad" in toys.node(run_id, "after").reason["en"]
    if code == "internal":
        assert "Traceback" in toys.log(run_id)  # for the administrator


@pytest.mark.ray
def test_on_ray_failures_read_the_same_and_a_lost_worker_is_told_and_retried(toys, tmp_path):
    flag = tmp_path / "now"
    graph = f"""
inkstone: 1
name: toy
nodes:
  first: {{component: data.toy_number, params: {{name: x}}}}
  train: {{component: train.toy_train, params: {{seconds: 0}}, inputs: {{number: first.number}}}}  # on Ray for sure
  refused: {{component: data.toy_fail, inputs: {{number: train.number}}}}
  bug: {{component: data.toy_fail, params: {{how: bug}}, inputs: {{number: train.number}}}}
  memory: {{component: data.toy_fail, params: {{how: memory}}, inputs: {{number: train.number}}}}
  killed: {{component: data.toy_fail, params: {{how: killed, succeeds_if: "{flag}"}}, resources: {{retries: 1}}}}
"""
    run_id = toys.run(graph, "ray")
    codes = {node: toys.node(run_id, node).error["code"] for node in ("refused", "bug", "memory", "killed")}
    expected = {"refused": "toy.refused", "bug": "internal", "memory": "runs.out_of_memory"}
    assert codes == {**expected, "killed": "runs.worker_lost"}
    assert "ZeroDivisionError" in toys.log(run_id)
    warnings = [event for event in toys.events(run_id) if event.kind == "log" and event.level == "warning"]
    assert len(warnings) == 1  # tried again once
    assert not toys.left_over(run_id)

    flag.touch()
    resume(run_id, "cli")
    toys.go(run_id)
    assert toys.states(run_id)["killed"] is NodeState.SUCCEEDED


def test_the_end_of_the_whole_process_is_told_with_its_signal(toys):
    run_id = toys.make(GRAPH.format(how="killed"), executor="local")
    process = launch(run_id)
    process.wait(60)
    assert declare_lost(run_id, process.returncode, gone={process.pid})
    row = toys.row(run_id)
    assert (row.state, row.error["code"]) == ("LOST", "runs.killed")
    assert "SIGKILL" in row.error["what"]["en"]
    assert toys.node(run_id, "bad").error["code"] == "runs.killed"
    assert toys.states(run_id)["good"] is NodeState.SUCCEEDED
    assert toys.events(run_id)[-1].state is RunState.LOST


def test_a_node_that_takes_too_long_fails_with_its_limit(toys):
    graph = """
inkstone: 1
name: toy
nodes:
  slow: {component: data.toy_wait, params: {seconds: 60}, resources: {timeout_minutes: 0.01}}
  next: {component: data.toy_wait, params: {seconds: 0.1}}
"""
    run_id = toys.run(graph)
    assert toys.node(run_id, "slow").error["code"] == "runs.node_timeout"
    assert toys.states(run_id)["next"] is NodeState.SUCCEEDED


def test_data_that_cannot_be_read_is_told_as_such():
    problem = describe(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "read")
    assert (problem.code, problem.node) == ("runs.bad_data", "read")
    assert "invalid start byte" in problem.what.en
