"""The server as a whole, over HTTP: headers, REST, documentation, demos; on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture(scope="module")
def address(seeded) -> Iterator[str]:
    """Start the real server on a free port of the loopback address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "inkstone.studio.server", "--port", str(port)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            for _ in range(240):
                if server.poll() is not None:
                    pytest.fail(server.stderr.read().decode()[-3000:])
                try:
                    httpx.get(f"http://127.0.0.1:{port}/_stcore/health", timeout=2)
                    break
                except httpx.TransportError:
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


@pytest.mark.parametrize("path", ["/", "/run?run=x", "/api/v1/templates", "/api/docs", "/demo/text-risk-control/"])
def test_every_answer_carries_the_headers(address: str, path: str) -> None:
    answer = httpx.get(address + path, timeout=60)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "object-src 'none'" in answer.headers["content-security-policy"]


def test_scripts_of_others_are_not_allowed_on_pages(address: str) -> None:
    policy = httpx.get(address, timeout=30).headers["content-security-policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src"))
    assert "unsafe-inline" not in scripts and "http" not in scripts


def test_the_demo_answers_through_its_own_client(address: str) -> None:
    from gradio_client import Client

    client = Client(f"{address}/demo/text-risk-control/", verbose=False)
    answer = client.predict("您的账户异常，请点击链接验证", api_name="/predict")
    assert {item["label"] for item in answer["confidences"]} == {"广告", "诈骗", "正常"}


def test_the_demo_of_a_model_that_is_not_there_says_so(address: str) -> None:
    answer = httpx.get(f"{address}/demo/no-such-model/", timeout=30)
    assert answer.status_code == 404
    assert "no-such-model" in answer.text


def test_an_address_without_its_last_slash_leads_to_the_demo(address: str) -> None:
    answer = httpx.get(f"{address}/demo/text-risk-control@1?lang=en", timeout=30)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/demo/text-risk-control@1/?lang=en"
