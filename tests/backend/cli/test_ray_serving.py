"""``inkstone serve --replicas``: several processes answer, follow a change, and let in nobody without the session's key."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest
from component_context import ComponentContext
from tiny_models import two_class_table

from inkstone.backend.service import deployments
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]
PATIENCE = 300


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")


def open_to_all(parent: psutil.Process) -> list[int]:
    """The ports on which Ray's processes below ``parent`` listen for every address."""
    ports = []
    for process in parent.children(recursive=True):
        try:
            found = process.net_connections("tcp")
        except psutil.Error:
            continue
        ports += [item.laddr.port for item in found if item.status == "LISTEN" and item.laddr.ip in {"::", "0.0.0.0"}]
    return ports


def answers_in_plain(port: int) -> bool:
    import grpc

    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=3)
        except grpc.FutureTimeoutError:
            return False
    return True


def test_replicas_answer_follow_a_change_and_end(inkstone_home: Path, tmp_path: Path) -> None:
    migrate()
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": table})["model"].path
    first, second = (register_model("message", model, metrics={}) for _ in range(2))
    address = f"http://127.0.0.1:{(port := free_port())}/api/v1/deployments/message/predict"
    command = [sys.executable, "-m", "inkstone.backend.cli", "serve", first, "--replicas", "2", "--port", str(port)]
    log = (tmp_path / "log").open("w")
    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:

        def answered() -> str:
            if process.poll() is not None:
                raise AssertionError((tmp_path / "log").read_text())
            try:
                return httpx.post(address, json={"texts": ["加微信领红包"]}, timeout=60, trust_env=False).json()[
                    "model"
                ]
            except (httpx.HTTPError, ValueError, KeyError):
                return ""

        assert until(answered) == first
        assert [port for port in open_to_all(psutil.Process(process.pid)) if answers_in_plain(port)] == []
        deployments.change(LOCAL, "message", second)
        until(lambda: all(answered() == second for _ in range(20)))  # both replicas have changed
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        log.close()
