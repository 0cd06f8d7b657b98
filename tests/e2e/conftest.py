"""A whole studio of its own, and a browser."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest
from designer_steps import messages, wait_for
from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    """A server and a supervisor with a home of their own; gives the address."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "INKSTONE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    environment.pop("INKSTONE_DATABASE_URL", None)
    rows = messages(home / "messages.csv")
    importing = (
        "import sys; from inkstone.backend.store.database import migrate; migrate();"
        "from inkstone.backend.service import datasets, uploads; from inkstone.backend.service.actor import LOCAL;"
        "from pathlib import Path; uploads.upload(LOCAL, Path(sys.argv[1]), 'messages.csv', name='messages')"
    )
    subprocess.run([sys.executable, "-c", importing, str(rows)], env=environment, check=True)
    log = (home / "web.log").open("w")
    commands = [
        [sys.executable, "-m", "inkstone.studio.server", "--port", str(port)],
        [sys.executable, "-m", "inkstone.backend.runtime.supervisor"],
    ]
    started = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for command in commands]
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: urllib.request.urlopen(f"{address}/_stcore/health").status == 200, 180)
        yield address
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)
        log.close()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield instance
        instance.close()


@pytest.fixture
def page(browser: Browser):
    context = browser.new_context(viewport={"width": 1600, "height": 1000}, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.set_default_timeout(60_000)  # a busy machine of two cores may need them
    expect.set_options(timeout=60_000)
    failures: list[str] = []

    def note(error: Exception) -> None:
        failures.append(str(error))

    opened.on("pageerror", note)
    yield opened
    context.close()
    assert not failures
