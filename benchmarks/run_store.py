"""A store with 2,000 runs, ours and MLflow's with the same content: how long the list and the comparison take.

Each run has 20 parameters, 3 figures with 200 steps and 50 tags. Times are medians of five requests over HTTP after one to warm
up; browser times run from opening the page (or, within an open studio, from the click) until the table (or MLflow's) shows rows, or all
curves are drawn.

    python benchmarks/run_store.py --folder FOLDER [--mlflow-python PYTHON] [--browser] [--runs 2000] [--port 8700]

``PYTHON`` is that of a virtual environment of its own with ``pip install mlflow``. The folder keeps both stores; a second call
measures again without filling.
"""

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PARAMS, STEPS, TAGS = 20, 200, 50
FIGURES = ("test/macro_f1", "test/accuracy", "train/loss")
START = 1_780_000_000


def content(runs: int) -> Iterator[dict[str, Any]]:
    """Yield the same runs each time: parameters, curves, tags."""
    dice = random.Random(7)  # noqa: S311 - the same runs every time
    for number in range(runs):
        best = dice.uniform(0.5, 0.95)
        params = {f"p{index:02d}": round(dice.uniform(0, 1), 5) for index in range(PARAMS - 2)}
        params |= {"encoder": dice.choice(["tiny", "small", "base"]), "epochs": dice.randint(1, 10)}
        curves = {
            name: [
                (2 * (1 - step / STEPS) if name.endswith("loss") else best * step / (STEPS - 1)) + dice.gauss(0, 0.01)
                for step in range(STEPS)
            ]
            for name in FIGURES
        }
        tags = [f"tag{index:02d}-{dice.randint(0, 9)}" for index in range(TAGS)]
        yield {"id": f"{number:016x}", "name": f"run {number}", "params": params, "curves": curves, "tags": tags}


def fill_ours(home: Path, runs: int) -> None:
    """Write the runs into a home of Inkstone, through its own tables."""
    os.environ["INKSTONE_HOME"] = str(home)
    from datetime import UTC, datetime, timedelta

    from inkstone.backend.store.database import migrate, session
    from inkstone.backend.store.tables import LatestMetric, Metric, NodeRun, Pipeline, PipelineVersion, Run
    from inkstone.backend.store.tables_organisation import RunTag

    migrate()
    with session() as db:
        db.add(Pipeline(id="p", name="benchmark"))
        db.add(PipelineVersion(id="v", pipeline_id="p", number=1, document={}))
        db.flush()
        for number, item in enumerate(content(runs)):
            made = datetime.fromtimestamp(START + 60 * number, UTC)
            node = {"component": "train.benchmark@1", "params": item["params"]}
            document = {"inkstone": 1, "name": "benchmark", "seed": 0, "nodes": {"train": node}}
            times = {"created_at": made, "started_at": made, "ended_at": made + timedelta(seconds=50)}
            db.add(
                Run(
                    id=item["id"],
                    name=item["name"],
                    pipeline_version_id="v",
                    state="SUCCEEDED",
                    document=document,
                    **times,
                )
            )
            db.flush()
            db.add(NodeRun(run_id=item["id"], node="train", component="train.benchmark@1", state="SUCCEEDED"))
            db.execute(RunTag.__table__.insert(), [{"run_id": item["id"], "tag": tag} for tag in item["tags"]])
            rows = [
                {
                    "run_id": item["id"],
                    "node": "train",
                    "name": name,
                    "value": value,
                    "step": step,
                    "time": START + step,
                }
                for name, values in item["curves"].items()
                for step, value in enumerate(values)
            ]
            db.execute(Metric.__table__.insert(), rows)
            db.execute(LatestMetric.__table__.insert(), [row for row in rows if row["step"] == STEPS - 1])


def fill_mlflow(folder: Path, runs: int) -> None:
    """Write the same runs into MLflow's tables (its own API would take an hour); runs inside MLflow's environment."""
    from mlflow.tracking import MlflowClient

    file = folder / "mlflow.db"
    client = MlflowClient(tracking_uri=f"sqlite:///{file}")
    experiment = client.create_experiment("benchmark")
    first = client.create_run(experiment)  # shows every column with its default
    with sqlite3.connect(file) as db:
        db.row_factory = sqlite3.Row
        shape = dict(db.execute("SELECT * FROM runs WHERE run_uuid = ?", [first.info.run_id]).fetchone())
        db.execute("DELETE FROM tags WHERE run_uuid = ?", [first.info.run_id])
        db.execute("DELETE FROM runs WHERE run_uuid = ?", [first.info.run_id])
        for number, item in enumerate(content(runs)):
            run, at = item["id"] * 2, (START + 60 * number) * 1000
            row = shape | {
                "run_uuid": run,
                "name": item["name"],
                "status": "FINISHED",
                "start_time": at,
                "end_time": at + 50_000,
            }
            _insert(db, "runs", [row])
            _insert(
                db,
                "params",
                [{"run_uuid": run, "key": key, "value": str(value)} for key, value in item["params"].items()],
            )
            _insert(db, "tags", [{"run_uuid": run, "key": tag.split("-")[0], "value": tag} for tag in item["tags"]])
            _insert(db, "tags", [{"run_uuid": run, "key": "mlflow.runName", "value": item["name"]}])
            points = [
                {
                    "run_uuid": run,
                    "key": name,
                    "value": value,
                    "step": step,
                    "timestamp": (START + step) * 1000,
                    "is_nan": 0,
                }
                for name, values in item["curves"].items()
                for step, value in enumerate(values)
            ]
            _insert(db, "metrics", points)
            _insert(db, "latest_metrics", [point for point in points if point["step"] == STEPS - 1])


def _insert(db: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    marks = ", ".join("?" for _ in names)
    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # names of this script
    db.executemany(statement, [list(row.values()) for row in rows])


@contextmanager
def server(command: list[str], url: str, **environment: str) -> Iterator[None]:
    """Run a server until the block ends."""
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        try:
            for _ in range(1200):
                try:
                    ask(url)
                    break
                except OSError:
                    time.sleep(0.5)
            yield
        finally:
            child.terminate()


def ask(url: str, body: Any = None) -> Any:
    """Send a request; return the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310  # our own servers
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
        raw = answer.read()
    return json.loads(raw) if raw[:1] in (b"{", b"[") else raw


def median(work: Callable[[], Any], times: int = 5) -> float:
    """Return the median time of some work in seconds, after once to warm up."""
    work()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    print(f"  {statistics.median(found):.3f} s, fastest {min(found):.3f} s", file=sys.stderr, flush=True)
    return statistics.median(found)


def ours(base: str, ids: list[str]) -> dict[str, float]:
    """Measure Inkstone over HTTP."""
    api = f"{base}/api/v1"
    columns = ["figure:test/macro_f1", "figure:test/accuracy", "param:train.p00"]
    page = {"order": "-figure:test/macro_f1", "columns": columns, "limit": 50}
    narrow = {"tags": ["tag00-3"], "figures": [{"name": "test/macro_f1", "low": 0.8}]}

    def compare(count: int) -> None:
        query = urllib.parse.urlencode([("runs", item) for item in ids[:count]])
        ask(f"{api}/compare?{query}")
        ask(f"{api}/compare/curves?{query}&name=test/macro_f1")

    return {
        "list, sorted by a figure": median(lambda: ask(f"{api}/run-search", page)),
        "list, sorted by a parameter": median(lambda: ask(f"{api}/run-search", page | {"order": "-param:train.p00"})),
        "list, tag and bounds": median(lambda: ask(f"{api}/run-search", page | {"filter": narrow})),
        "page 40 of the list": median(lambda: ask(f"{api}/run-search", page | {"offset": min(1950, len(ids) - 50)})),
        "what can be filtered by": median(lambda: ask(f"{api}/run-choices")),
        "compare 10 runs": median(lambda: compare(10)),
        "compare 100 runs": median(lambda: compare(100)),
    }


def theirs(base: str, ids: list[str]) -> dict[str, float]:
    """Measure MLflow over HTTP: the requests that its pages make."""
    experiment = ask(f"{base}/api/2.0/mlflow/experiments/get-by-name?experiment_name=benchmark")
    number = experiment["experiment"]["experiment_id"]
    page = {"experiment_ids": [number], "order_by": ["metrics.`test/macro_f1` DESC"], "max_results": 50}
    search = f"{base}/api/2.0/mlflow/runs/search"
    narrow = "tags.tag00 = 'tag00-3' and metrics.`test/macro_f1` >= 0.8"

    def compare(count: int) -> None:
        for item in ids[:count]:
            ask(f"{base}/api/2.0/mlflow/runs/get?run_id={item * 2}")
        query = urllib.parse.urlencode([("run_ids", item * 2) for item in ids[:count]])
        bulk = f"{base}/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"
        ask(f"{bulk}?{query}&metric_key=test/macro_f1&max_results=300")

    return {
        "list, sorted by a figure": median(lambda: ask(search, page)),
        "list, sorted by a parameter": median(lambda: ask(search, page | {"order_by": ["params.p00 DESC"]})),
        "list, tag and bounds": median(lambda: ask(search, page | {"filter": narrow})),
        "compare 10 runs": median(lambda: compare(10)),
        "compare 100 runs": median(lambda: compare(100)),
    }


def browsed(url: str, selector: str, times: int = 3) -> float:
    """Return the median time in seconds from opening a page, in a browser that has been there, until something shows."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})

        def visit() -> None:
            page.goto("about:blank")
            page.goto(url)
            page.wait_for_selector(selector, state="attached", timeout=240_000)

        found = median(visit, times)
        browser.close()
        return found


def browsed_within(base: str, ids: list[str], times: int = 5) -> dict[str, float]:
    """Return median times in seconds within an open studio: from the click until rows, or all curves, are drawn."""
    from playwright.sync_api import Page, sync_playwright

    table, curves = '[data-testid="stDataFrame"] canvas', ".js-plotly-plot path.js-line"

    def elsewhere(page: Page) -> None:
        page.get_by_role("link", name="Models", exact=True).first.click()
        page.locator("h1", has_text="Models").wait_for()
        page.wait_for_timeout(1000)

    def timed(page: Page, act: Callable[[], object], selector: str) -> float:
        spent = []
        for _ in range(times + 1):  # the first one warms up
            elsewhere(page)
            started = time.perf_counter()
            act()
            page.wait_for_selector(selector, state="attached")
            spent.append(time.perf_counter() - started)
        return statistics.median(spent[1:])

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{base}/runs?lang=en")
        page.wait_for_selector(table, state="attached")
        click = page.get_by_role("link", name="Runs", exact=True).first
        found = {"within the studio: list": timed(page, click.click, table)}
        for count in (10, 100):
            page.goto(f"{base}/compare?lang=en&view=curves&runs={','.join(ids[:count])}")
            page.wait_for_selector(curves, state="attached")
            back = lambda: page.go_back(wait_until="commit")  # noqa: E731 - what the mouse would do
            found[f"within the studio: compare {count} runs"] = timed(page, back, curves)
        browser.close()
        return found


def main() -> None:
    """Fill what is not there, measure, print a table as Markdown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--mlflow-python")
    parser.add_argument("--browser", action="store_true")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--fill-mlflow", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    if chosen.fill_mlflow:
        fill_mlflow(chosen.folder, chosen.runs)
        return
    ids = [f"{number:016x}" for number in range(chosen.runs)]
    home = chosen.folder / "inkstone"
    if not (home / "inkstone.db").exists():
        fill_ours(home, chosen.runs)
    base = f"http://127.0.0.1:{chosen.port}"
    web = [sys.executable, "-m", "inkstone.studio.server", "--host", "127.0.0.1", "--port", str(chosen.port)]
    results: dict[str, dict[str, float]] = {}
    with server(web, f"{base}/api/v1/queue", INKSTONE_HOME=str(home)):
        results["Inkstone"] = ours(base, ids)
        if chosen.browser:
            ready = '[data-testid="stDataFrame"] canvas'
            results["Inkstone"]["browser: list"] = browsed(f"{base}/runs?lang=en", ready)
            query = ",".join(ids[:10])
            results["Inkstone"]["browser: compare 10 runs"] = browsed(
                f"{base}/compare?lang=en&view=curves&runs={query}", ".js-plotly-plot path.js-line"
            )
            query = ",".join(ids[:100])
            results["Inkstone"]["browser: compare 100 runs"] = browsed(
                f"{base}/compare?lang=en&view=curves&runs={query}", ".js-plotly-plot path.js-line"
            )
            results["Inkstone"] |= browsed_within(base, ids)
    if chosen.mlflow_python:
        file = chosen.folder / "mlflow.db"
        if not file.exists():
            command = [
                chosen.mlflow_python,
                __file__,
                "--folder",
                str(chosen.folder),
                "--runs",
                str(chosen.runs),
                "--fill-mlflow",
            ]
            subprocess.run(command, check=True)
        port = chosen.port + 1
        base = f"http://127.0.0.1:{port}"
        command = [
            chosen.mlflow_python,
            "-m",
            "mlflow",
            "server",
            "--backend-store-uri",
            f"sqlite:///{file}",
            "--host",
            "127.0.0.1",
        ]
        with server([*command, "--port", str(port), "--workers", "1"], f"{base}/health"):
            results["MLflow"] = theirs(base, ids)
            if chosen.browser:
                results["MLflow"]["browser: list"] = browsed(f"{base}/#/experiments/1/runs", "text=run 1")
    print(f"runs {chosen.runs}, load {os.getloadavg()[0]:.1f}, CPUs {os.cpu_count()}\n")
    names = list(dict.fromkeys(name for found in results.values() for name in found))
    print("| seconds | " + " | ".join(results) + " |\n|---|" + "---:|" * len(results))
    for name in names:
        print(
            f"| {name} | "
            + " | ".join(f"{found[name]:.3f}" if name in found else "" for found in results.values())
            + " |"
        )


if __name__ == "__main__":
    main()
