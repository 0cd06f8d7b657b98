"""Stops: obeyed within seconds, insisted on otherwise, and resumable."""

import signal
import subprocess
import sys

from inkstone.backend.runtime import execution
from inkstone.backend.runtime.continuation import resume
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.launch import environment, launch
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Run

GRAPH = """
inkstone: 1
name: toy
nodes:
  first: {component: data.toy_number, params: {name: x, value: 5}}
  train: {component: train.toy_train, params: {epochs: 40, seconds: 0.1}, inputs: {number: first.number}}
  after: {component: data.toy_add, inputs: {numbers: [train.number]}}
"""


def test_a_stop_is_obeyed_and_resume_goes_on_from_the_checkpoint(toys, executor):
    run_id = toys.make(GRAPH, executor=executor)
    process = launch(run_id)
    toys.wait(lambda: any(event.kind == "progress" for event in toys.events(run_id)))
    with session() as opened:
        opened.get_one(Run, run_id).stop_requested = True
    assert process.wait(30) == 2
    assert toys.state(run_id) is RunState.CANCELLED
    assert toys.states(run_id) == {
        "first": NodeState.SUCCEEDED,
        "train": NodeState.CANCELLED,
        "after": NodeState.CANCELLED,
    }
    assert not toys.left_over(run_id)
    assert not (run_folder(run_id) / "stop").exists()
    before = toys.events(run_id)[-1].seq

    resume(run_id, "cli")
    assert toys.state(run_id) is RunState.QUEUED
    toys.go(run_id)
    assert toys.state(run_id) is RunState.SUCCEEDED
    assert toys.states(run_id)["first"] is NodeState.CACHED
    assert "before the run was interrupted" in toys.node(run_id, "first").reason["en"]
    assert toys.output(run_id, "train")["resumed_from"] > 0
    later = [event.seq for event in toys.events(run_id) if event.seq > before]
    assert later[0] == before + 1  # numbers go on


def test_ctrl_c_and_a_polite_kill_stop_the_run(toys):
    for number in (signal.SIGINT, signal.SIGTERM):
        run_id = toys.make(GRAPH.replace("value: 5", f"value: {int(number)}"), executor="local")
        process = launch(run_id)
        toys.wait_node(run_id, "train", NodeState.RUNNING)
        process.send_signal(number)
        assert process.wait(30) == 2
        assert toys.state(run_id) is RunState.CANCELLED


def test_a_node_that_ignores_the_stop_is_ended_after_its_grace(toys, executor):
    graph = """
inkstone: 1
name: toy
nodes:
  deaf: {component: data.toy_wait, params: {seconds: 300, stubborn: true}}
"""
    code = (
        "import sys; from inkstone.backend.runtime import execution, process;"
        "execution.GRACE = 1.0; sys.exit(process.main(sys.argv[1:]))"
    )
    assert execution.GRACE > 1
    run_id = toys.make(graph, executor=executor)
    process = subprocess.Popen([sys.executable, "-c", code, run_id], env=environment(run_id), start_new_session=True)
    toys.wait_node(run_id, "deaf", NodeState.RUNNING)
    (run_folder(run_id) / "stop").touch()
    assert process.wait(30) == 2
    assert toys.state(run_id) is RunState.CANCELLED
    assert toys.states(run_id)["deaf"] is NodeState.CANCELLED
    toys.wait(lambda: not toys.left_over(run_id), 10)
