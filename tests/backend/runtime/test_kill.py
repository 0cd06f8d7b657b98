"""``kill -9`` of whatever takes part in a run: the state is true soon, nothing finished is lost, nothing stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from inkstone.backend.runtime.continuation import resume
from inkstone.backend.runtime.events_file import run_folder
from inkstone.backend.runtime.executors.sessions import session_folder
from inkstone.backend.states import NodeState, RunState

GRAPH = """
inkstone: 1
name: toy
nodes:
  first: {component: data.toy_number, params: {name: x, value: 5}}
  register: {component: deliver.toy_register, inputs: {number: first.number}}
  train: {component: train.toy_train, params: {epochs: 30, seconds: 0.2}, inputs: {number: first.number}}
  after: {component: data.toy_add, inputs: {numbers: [train.number]}}
"""


@pytest.fixture
def supervisor(toys):
    """Give a function that starts a supervisor of this home; all of them are ended."""
    started = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "inkstone.backend.runtime.supervisor"]
        started.append(subprocess.Popen(command, start_new_session=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def training(toys, run_id: str) -> int:
    """Wait until a run trains, with a checkpoint and the other nodes finished; return the process that trains."""
    toys.wait_node(run_id, "register", NodeState.SUCCEEDED)
    checkpoints = run_folder(run_id) / "nodes" / "train" / "checkpoints"
    toys.wait(lambda: (checkpoints / "epoch").exists() and int((checkpoints / "epoch").read_text() or 0) >= 2)
    return int((checkpoints / "pid").read_text())


def finish(toys, run_id: str) -> None:
    """Let a resumed run end, and see that it went on instead of starting anew."""
    toys.wait_state(run_id, RunState.SUCCEEDED, 60)
    states = toys.states(run_id)
    assert (states["first"], states["register"]) == (NodeState.CACHED, NodeState.CACHED)
    assert toys.output(run_id, "train")["resumed_from"] >= 2
    toys.wait(lambda: not toys.left_over(run_id), 10)
    assert not session_folder(run_id).exists()


def test_the_run_process_is_killed(toys, supervisor, executor):
    supervisor()
    run_id = toys.make(GRAPH, launcher="supervisor", executor=executor)
    training(toys, run_id)
    os.kill(toys.row(run_id).pid, signal.SIGKILL)
    toys.wait_state(run_id, RunState.LOST, 10)
    toys.wait(lambda: not toys.left_over(run_id), 10)
    error = toys.row(run_id).error
    assert error["code"] == "runs.killed" and "SIGKILL" in error["what"]["en"]
    toys.wait(lambda: toys.states(run_id)["after"] is NodeState.CANCELLED, 5)
    assert toys.states(run_id)["train"] is NodeState.FAILED
    assert toys.states(run_id)["first"] is NodeState.SUCCEEDED
    resume(run_id)
    finish(toys, run_id)


def test_the_supervisor_is_killed_and_the_next_one_adopts_the_run(toys, supervisor):
    first = supervisor()
    run_id = toys.make(GRAPH, launcher="supervisor", executor="local")
    training(toys, run_id)
    pid = toys.row(run_id).pid
    first.kill()
    first.wait()
    supervisor()
    queued = toys.make(GRAPH.replace("epochs: 30", "epochs: 1"), launcher="supervisor", executor="local")
    toys.wait(lambda: len(toys.events(run_id)) > 12)
    assert toys.row(run_id).pid == pid  # it went on undisturbed
    assert toys.state(queued) is RunState.QUEUED  # the adopted run still counts
    # The new supervisor is not its parent, and yet sees that it is gone.
    os.kill(pid, signal.SIGKILL)
    toys.wait_state(run_id, RunState.LOST, 10)
    assert toys.row(run_id).error["code"] == "runs.lost"
    toys.wait_state(queued, RunState.SUCCEEDED)


def listening(processes: list[psutil.Process]) -> set[str]:
    addresses = set()
    for process in processes:
        # Ray's own helpers come and go while we look.
        with contextlib.suppress(psutil.NoSuchProcess):
            heard = [item.laddr.ip for item in process.net_connections() if item.status == psutil.CONN_LISTEN]
            addresses.update(address.removeprefix("::ffff:") for address in heard)
    return addresses


@pytest.mark.ray
def test_a_ray_worker_is_killed(toys, supervisor):
    supervisor()
    run_id = toys.make(GRAPH, launcher="supervisor", executor="ray")
    worker = training(toys, run_id)
    assert worker != toys.row(run_id).pid
    assert listening(toys.left_over(run_id)) == {"127.0.0.1"}
    os.kill(worker, signal.SIGKILL)
    toys.wait_state(run_id, RunState.FAILED, 10)
    assert toys.row(run_id).error["code"] == "runs.worker_lost"
    toys.wait(lambda: not toys.left_over(run_id), 10)
    resume(run_id)
    finish(toys, run_id)


def test_one_home_has_one_supervisor(toys, supervisor, inkstone_home: Path):
    supervisor()
    toys.wait(lambda: (inkstone_home / "supervisor.lock").exists() and (inkstone_home / "supervisor.lock").read_text())
    command = [sys.executable, "-m", "inkstone.backend.runtime.supervisor"]
    second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert "system.supervisor_runs" in second.stderr


def test_ending_the_supervisor_stops_what_it_started(toys, supervisor):
    process = supervisor()
    run_id = toys.make(GRAPH, launcher="supervisor", executor="local")
    training(toys, run_id)
    process.terminate()
    assert process.wait(20) == 0
    assert toys.state(run_id) is RunState.CANCELLED
    assert not toys.left_over(run_id)


def test_a_run_process_that_cannot_start_is_not_left_starting(toys, supervisor, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")  # the plug-in is gone for what is started from here on
    supervisor()
    run_id = toys.make(GRAPH, launcher="supervisor", executor="local")
    toys.wait_state(run_id, RunState.FAILED, 20)
    assert toys.row(run_id).error["code"] == "pipeline.unknown_component"
