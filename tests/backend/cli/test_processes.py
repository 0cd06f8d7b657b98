"""Commands as real processes: stopping, failing, resuming, and ``inkstone up``."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from inkstone.backend.runtime.processes import processes_of, start_time
from inkstone.backend.service import runs, users
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.states import NodeState, RunState
from inkstone.backend.store.database import migrate
from inkstone.components.registry import registry

PLUGIN = Path(__file__).parents[2] / "support" / "plugin"
WAIT = """
inkstone: 1
name: wait
nodes:
  number: {component: data.toy_number, params: {name: n}}
  wait: {component: data.toy_wait, params: {seconds: 60}, inputs: {number: number.number}}
"""


@pytest.fixture
def command(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start commands with toy components; end whatever is left of them."""
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.syspath_prepend(str(PLUGIN))
    registry.cache_clear()
    migrate()
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: object) -> "subprocess.Popen[str]":
        line = [sys.executable, "-m", "inkstone.backend.cli", *(str(item) for item in arguments)]
        started.append(subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
    registry.cache_clear()


def _until(condition: Callable[[], object], seconds: float = 60) -> object:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def _running(node: str) -> str | None:
    for run in runs.list_(LOCAL, "active"):
        if any(item.node == node and item.state is NodeState.RUNNING for item in runs.get(LOCAL, run.id).nodes):
            return run.id
    return None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_run_cleanly(command, tmp_path, number):
    (tmp_path / "wait.yaml").write_text(WAIT)
    process = command("run", tmp_path / "wait.yaml", "--json")
    run = _until(lambda: _running("wait"))
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    result = json.loads(out)
    assert (process.returncode, result["state"]) == (3, "CANCELLED")
    assert {node["id"]: node["state"] for node in result["nodes"]} == {"number": "SUCCEEDED", "wait": "CANCELLED"}
    assert processes_of(run) == []


def test_stop_from_elsewhere_ends_the_command(command, tmp_path):
    (tmp_path / "wait.yaml").write_text(WAIT)
    process = command("run", tmp_path / "wait.yaml")
    run = _until(lambda: _running("wait"))
    assert command("stop", run).wait(timeout=60) == 0
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "CANCELLED" in out


def test_a_killed_run_process_is_told_and_resumed(command, tmp_path):
    (tmp_path / "wait.yaml").write_text(WAIT.replace("60", "3"))
    process = command("run", tmp_path / "wait.yaml", "--json")
    run = _until(lambda: _running("wait"))
    for child in processes_of(run):
        child.kill()
    out, _ = process.communicate(timeout=60)
    result = json.loads(out)
    assert (process.returncode, result["state"], result["error"]["code"]) == (1, "LOST", "runs.killed")
    resumed = command("resume", run, "--json")
    result = json.loads(resumed.communicate(timeout=60)[0])
    assert (resumed.returncode, result["state"]) == (0, "SUCCEEDED")
    assert processes_of(run) == []


def test_a_failed_run_says_why(command, tmp_path):
    path = tmp_path / "fail.yaml"
    path.write_text("inkstone: 1\nname: f\nnodes:\n  bad: {component: data.toy_fail, params: {how: bug}}\n")
    process = command("run", path, "--json")
    result = json.loads(process.communicate(timeout=60)[0])
    assert (process.returncode, result["state"]) == (1, "FAILED")
    assert result["error"]["what"]["zh"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--host", "0.0.0.0"], "auth.no_users"), ([], "cli.port_taken")],
)
def test_up_refuses_what_would_be_unsafe_or_in_vain(command, arguments, code):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = command("up", "--no-browser", "--port", taken.getsockname()[1], *arguments)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert code in err
    assert users.list_(LOCAL) == []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_up_serves_revives_its_children_and_ends_everything(command, inkstone_home):
    address = f"http://127.0.0.1:{(port := _free_port())}"
    process = command("up", "--no-browser", "--port", port)

    def ready() -> bool:
        try:
            return httpx.get(f"{address}/api/v1/me").json()["name"] == "local"
        except httpx.TransportError:
            return False

    _until(ready, 120)
    lock = inkstone_home / "supervisor.lock"
    first = int(_until(lambda: lock.exists() and lock.read_text()).split()[0])
    os.kill(first, signal.SIGKILL)
    _until(lambda: lock.read_text().split()[:1] not in ([], [str(first)]))
    body = {"yaml": WAIT, "options": {"executor": "local"}}
    run = httpx.post(f"{address}/api/v1/runs", json=body).json()["id"]
    _until(lambda: _running("wait"))
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 3
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert address in err
    assert [item for item in family if start_time(item.pid) == item.create_time()] == []
    assert processes_of(run) == []
    assert runs.state(LOCAL, run) is RunState.CANCELLED
