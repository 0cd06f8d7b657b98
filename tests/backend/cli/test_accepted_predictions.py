"""A service killed with ``kill -9`` loses no accepted prediction of a file: the next one finishes it, once."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from component_context import ComponentContext
from tiny_models import two_class_table

from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model

pytestmark = pytest.mark.timeout(600)
PATIENCE = 300
ROWS = 3_000
JOBS = 3


def until(condition: Any) -> Any:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


class Service:
    """``inkstone serve`` as a process."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> httpx.Client:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "inkstone.backend.cli", "serve", "words", "--port", str(port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        client = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60, trust_env=False)

        def answers() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text("utf-8")
            try:
                return client.get("/predictions").status_code == 200
            except httpx.TransportError:
                return False

        until(answers)
        return client

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def service(inkstone_home: Path, tmp_path: Path) -> Iterator[Service]:
    migrate()
    table = two_class_table(tmp_path / "table")
    model = ComponentContext(tmp_path / "model").run("train.ngram_baseline", {"train": table})["model"]
    register_model("words", model.path, metrics={})
    made = Service(tmp_path / "log")
    yield made
    made.kill()
    for worker in (inkstone_home / "predictions").glob("*/process.json"):
        _kill_worker(worker.parent)


def _kill_worker(folder: Path) -> bool:
    """Kill the process of a job as a machine without power would."""
    try:
        worker = json.loads((folder / "process.json").read_text("utf-8"))
        os.kill(worker["pid"], signal.SIGKILL)
        psutil.Process(worker["pid"]).wait(30)
    except (FileNotFoundError, ProcessLookupError, psutil.Error):
        return False
    return True


def test_accepted_jobs_are_done_after_a_kill_once_and_whole(service: Service, inkstone_home: Path) -> None:
    file = "number,text\n" + "".join(f"{number},加微信领红包 {number}\n" for number in range(ROWS))
    client = service.start()
    keys = []
    for job in range(JOBS):
        answer = client.post(
            "/models/words/predictions", params={"column": "text"}, files={"file": (f"{job}.csv", file.encode())}
        )
        assert answer.status_code == 202, answer.text
        keys.append(answer.json()["key"])
    service.kill()
    # Power is gone: whoever worked on a job is gone, too. One at a time works, so others have not begun.
    for key in keys:
        _kill_worker(inkstone_home / "predictions" / key)
    unfinished = [key for key in keys if not (inkstone_home / "predictions" / key / "result.json").exists()]
    assert unfinished

    client = service.start()
    assert {job["key"] for job in client.get("/predictions").json()} == set(keys)

    def done() -> bool:
        states = [client.get(f"/predictions/{key}").json() for key in keys]
        assert not [state for state in states if state["state"] in {"failed", "stopped"}], states
        return all(state["state"] == "done" and state["rows"] == ROWS for state in states)

    until(done)
    for key in keys:
        rows = list(csv.DictReader(io.StringIO(client.get(f"/predictions/{key}/answers").content.decode("utf-8-sig"))))
        assert [row["number"] for row in rows] == [str(number) for number in range(ROWS)]
        assert all(row["predicted"] for row in rows)
        # Neither half an answer nor a second one lies about.
        names = {item.name for item in (inkstone_home / "predictions" / key).iterdir()}
        assert {name for name in names if "answers" in name} == {"answers.csv"}


def test_a_service_that_is_killed_alone_leaves_its_jobs_at_work(service: Service, inkstone_home: Path) -> None:
    client = service.start()
    file = "number,text\n" + "".join(f"{number},开会\n" for number in range(ROWS))
    key = client.post("/models/words/predictions?column=text", files={"file": ("a.csv", file.encode())}).json()["key"]
    service.kill()
    folder = inkstone_home / "predictions" / key
    started = json.loads((folder / "process.json").read_text("utf-8"))
    client = service.start()
    until(lambda: client.get(f"/predictions/{key}").json()["state"] == "done")
    assert json.loads((folder / "process.json").read_text("utf-8")) == started  # nobody began it a second time
