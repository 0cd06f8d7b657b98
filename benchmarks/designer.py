"""How quick the Designer is: click to filled panel, frames while dragging with states arriving, first canvas, mounts.

Starts a server of its own with an empty home and drives Chromium, headless and without a GPU::

    python benchmarks/designer.py
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from itertools import cycle, pairwise
from pathlib import Path

CLICKS = 30
DRAG_SECONDS = 6.0
REPORTS_PER_SECOND = 20
KINDS = ("data.clean@1", "data.split@1", "train.text_classification@1", "evaluate.classification@1")

CLICK = """([node]) => new Promise((resolve) => {
  const panel = () => document.querySelector(".st-key-designer_panel");
  const filled = () => panel()?.querySelector(`[class*="_${node}_"] input, [class*="_${node}_"] button`);
  let start = 0;
  addEventListener("click", (event) => { start = event.timeStamp; }, { once: true, capture: true });
  const look = () => (start && filled() ? resolve(performance.now() - start) : requestAnimationFrame(look));
  window.__ready = true;
  look();
})"""
FRAMES = """(seconds) => new Promise((resolve) => {
  const times = [];
  const end = performance.now() + seconds * 1000;
  const frame = (now) => { times.push(now); now < end ? requestAnimationFrame(frame) : resolve(times); };
  requestAnimationFrame(frame);
})"""


def pipeline(count: int):
    """A pipeline of ``count`` nodes in rows of ten, each fed by the one before it where types allow."""
    from inkstone.backend.pipeline.document import Node, Pipeline

    nodes = {"read": Node(component="data.read_table@1", params={"source": "sample:risk_zh.csv"}, position=(0, 0))}
    table = "read.table"
    for number in range(1, count):
        kind = KINDS[number % len(KINDS)]
        name = f"n{number}x"
        inputs: dict[str, str | list[str]] = {}
        if kind.startswith("data."):
            inputs = {"table": table}
        elif kind.startswith("train."):
            inputs = {"train": table}
        place = (260.0 * (number % 10), 150.0 * (number // 10))
        nodes[name] = Node(component=kind, inputs=inputs, position=place, title=f"node {number}")
        if kind.startswith("data.clean"):
            table = f"{name}.table"
    return Pipeline(name=f"{count} nodes", nodes=nodes)


def report(run_id: str, names: list[str], stop: threading.Event) -> None:
    """Stand in for a run process: four nodes at a time run, report progress and end, then the next four."""
    from inkstone import paths
    from inkstone.backend.events import Event, NodeStateEvent, ProgressEvent
    from inkstone.backend.states import NodeState

    file = paths.inside(paths.folder("runs"), run_id, "events.jsonl")
    file.parent.mkdir(parents=True, exist_ok=True)
    number = 0

    def write(event: Event) -> None:
        nonlocal number
        number += 1
        with file.open("a", encoding="utf-8") as lines:
            lines.write(event.model_copy(update={"seq": number, "time": time.time()}).model_dump_json() + "\n")
        stop.wait(1 / REPORTS_PER_SECOND)

    for group in cycle(zip(*[iter(names)] * 4, strict=False)):
        for name in group:
            write(NodeStateEvent(node=name, state=NodeState.RUNNING))
        for done in range(5):
            for name in group:
                write(ProgressEvent(node=name, done=done, total=5, eta_seconds=60))
        for name in group:
            write(NodeStateEvent(node=name, state=NodeState.SUCCEEDED, seconds=1.0))
        if stop.is_set():
            return


def clicks(page, names: list[str]) -> list[float]:
    """Click nodes one after another; return the milliseconds from click to filled panel."""
    taken = []
    for number in range(CLICKS + 3):
        name = names[(number * 7) % len(names)]
        page.evaluate("() => { window.__ready = false; }")
        page.evaluate(f"() => {{ window.__answer = ({CLICK})(['{name}']); }}")
        page.wait_for_function("() => window.__ready")
        page.locator(f"[data-node={name}]").click(force=True)
        taken.append(page.evaluate("() => window.__answer"))
        page.wait_for_timeout(120)
    return taken[3:]  # the first ones load what the page loads once


def drag(page) -> tuple[float, float]:
    """Drag a node in circles; return frames a second and the longest frame in milliseconds."""
    box = page.locator("[data-node=n5x]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=3)
    page.evaluate(f"() => {{ window.__frames = ({FRAMES})({DRAG_SECONDS}); }}")
    end = time.monotonic() + DRAG_SECONDS
    step = 0
    while time.monotonic() < end:
        step += 1
        page.mouse.move(x + 60 * ((step % 40) / 20 - 1), y + 40 * ((step % 26) / 13 - 1))
        time.sleep(0.008)
    times = page.evaluate("() => window.__frames")
    page.mouse.up()
    gaps = [b - a for a, b in pairwise(times)]
    return 1000 * len(gaps) / (times[-1] - times[0]), max(gaps)


def first_canvas(browser, address: str) -> float:
    """Return the seconds from opening the page in a fresh browser profile to the first node."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("[data-node]").first.wait_for()
    taken = time.perf_counter() - start
    context.close()
    return taken


def measure(address: str) -> list[tuple[str, str, str]]:
    """Return rows of figure, value, aim."""
    from playwright.sync_api import sync_playwright

    from inkstone.backend.service import pipelines, runs
    from inkstone.backend.service.actor import LOCAL

    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for count, aim in ((10, 100), (100, 150)):
            view = pipelines.create(LOCAL, pipeline(count))
            target = f"{address}/designer?pipeline={view.id}"
            first_canvas(browser, target)
            opened = statistics.median(first_canvas(browser, target) for _ in range(3))
            rows.append((f"first canvas, {count} nodes", f"{opened:.2f} s", "< 3 s"))
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(target)
            page.locator("[data-node]").first.wait_for()
            page.wait_for_timeout(2500)
            taken = clicks(page, [name for name in view.document.nodes if name != "read"])
            high = sorted(taken)[int(len(taken) * 0.9)]
            rows.append(
                (f"click to panel, {count} nodes", f"{statistics.median(taken):.0f} ms (p90 {high:.0f})", f"< {aim} ms")
            )
            if count == 100:
                rows += watched_drag(page, runs, view, LOCAL)
            rows.append((f"mounts, {count} nodes", page.locator("[data-mount]").get_attribute("data-mount"), "1"))
            page.close()
        browser.close()
    return rows


def watched_drag(page, runs, view, actor) -> list[tuple[str, str, str]]:
    """Start a run that reports without pause, and drag meanwhile."""
    from inkstone.backend.pipeline.document import Pipeline

    small = Pipeline(name=view.name, nodes={"read": view.document.nodes["read"]})
    run = runs.start(actor, small, pipeline_id=view.id)
    stop = threading.Event()
    writer = threading.Thread(target=report, args=(run.id, list(view.document.nodes), stop))
    writer.start()
    try:
        page.goto(f"{page.url.split('&')[0]}&run={run.id}")
        page.locator("[data-node=n3x][data-state=SUCCEEDED]").wait_for(timeout=30_000)
        page.wait_for_timeout(1500)
        rate, longest = drag(page)
    finally:
        stop.set()
        writer.join()
    words = f"{rate:.1f} fps (longest frame {longest:.0f} ms)"
    return [(f"dragging at 100 nodes, {REPORTS_PER_SECOND} reports a second", words, "55+ fps")]


def main() -> None:
    """Start a server, measure, print a table."""
    home = Path(tempfile.mkdtemp(prefix="inkstone-designer-"))
    os.environ["INKSTONE_HOME"] = str(home)
    from inkstone.backend.store.database import migrate

    migrate()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (home / "web.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "inkstone.studio.server", "--port", str(port)], stdout=log, stderr=log
        )
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(f"{address}/_stcore/health")  # noqa: S310 - our own address
                    break
                except OSError:
                    time.sleep(0.2)
            for name, value, aim in measure(address):
                print(f"{name:52} {value:34} {aim}")
        finally:
            server.terminate()
            server.wait(30)
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
