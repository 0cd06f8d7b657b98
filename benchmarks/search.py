"""Searching 12 settings side by side against the same settings one by one; and a search killed half-way.

    python benchmarks/search.py --rows 1500 --trials 12 --output search.json

Reads ChineseHarm-bench from ``INKSTONE_DATA`` (default ``../shared/data``). Three homes of its own in a temporary folder, so nothing
comes from a cache that another part filled:

1. ``tune``: trials side by side, ended early where they fall behind (ASHA), their shared preprocessing from the cache.
2. The values that the first part tried, one ordinary run after the other, each to its end with every processor.
3. The same search, its process killed (-9) once half of the trials have ended, and resumed.
"""

import argparse
import json
import os
import random
import signal
import tempfile
import time
from pathlib import Path
from typing import Any

DATA = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")
SPACE = {"train.learning_rate": "2e-4..1e-2:log", "train.batch_size": "16,32,64", "train.dropout": "0..0.6"}


def document(home: Path, rows: int, epochs: int, encoder: str) -> Any:
    """Make a home with the data in it; return the template over them."""
    os.environ["INKSTONE_HOME"] = str(home)
    home.mkdir()
    from inkstone.backend.service import datasets, templates
    from inkstone.backend.service.actor import LOCAL
    from inkstone.backend.store.database import migrate

    migrate()
    items = json.loads((DATA / "chineseharm_bench" / "train.json").read_text("utf-8"))
    random.Random(0).shuffle(items)  # noqa: S311 - the same rows every time
    file = home / "harm.json"
    file.write_text(json.dumps(items[:rows], ensure_ascii=False), "utf-8")
    version = datasets.upload(LOCAL, file, file.name)
    bindings = {"data": version.reference, "text": "文本", "label": "标签", "encoder": encoder, "name": "harm"}
    return templates.build(LOCAL, "text-classification", bindings, {"train.epochs": float(epochs)})


def search(made: Any, trials: int, parallel: int, kill_after: int | None = None) -> dict[str, Any]:
    """Search until the end; with ``kill_after`` kill the process once so many trials have ended, and resume."""
    from inkstone.backend.service import searches
    from inkstone.backend.service.actor import LOCAL
    from inkstone.backend.service.searching.settings import SearchWish
    from inkstone.backend.states import RunState
    from inkstone.backend.store.database import session
    from inkstone.backend.store.tables_search import Search

    wish = SearchWish(params=SPACE, trials=trials, parallel=parallel, promote=False)
    began = time.monotonic()
    found = searches.start(LOCAL, made, wish)
    before: dict[int, str | None] = {}
    while True:
        detail = searches.get(LOCAL, found.id)
        ended = {item.number: item.run for item in detail.trials if item.state in ("DONE", "PRUNED")}
        if kill_after is not None and not before and len(ended) >= kill_after:
            before = ended
            with session() as db:
                os.kill(db.get_one(Search, found.id).pid, signal.SIGKILL)
        if detail.search.state is RunState.LOST:
            searches.resume(LOCAL, found.id)
        elif detail.search.state.is_final:
            break
        time.sleep(0.2)
    return {
        "seconds": round(time.monotonic() - began, 1),
        "state": detail.search.state.value,
        "best": detail.search.best,
        "trials": [
            {
                "number": item.number,
                "state": item.state,
                "value": item.value,
                "seconds": item.seconds,
                "params": item.params,
            }
            for item in detail.trials
        ],
        "ended_before_the_kill": len(before),
        "repeated": sum(
            {item.number: item.run for item in detail.trials}.get(key) != run for key, run in before.items()
        ),
    }


def one_by_one(made: Any, values: list[dict[str, Any]]) -> dict[str, Any]:
    """Train with each of the values, one ordinary run after the other."""
    from inkstone.backend.pipeline.edit import apply_overrides
    from inkstone.backend.runtime.launch import launch
    from inkstone.backend.service import runs
    from inkstone.backend.service.actor import LOCAL

    began, took, figures = time.monotonic(), [], []
    for params in values:
        start = time.monotonic()
        run = runs.start(LOCAL, apply_overrides(made, params), options={"to": "train"}, launcher="cli")
        launch(run.id).wait()
        took.append(round(time.monotonic() - start, 1))
        figures.append(runs.result(LOCAL, run.id).metrics.get("macro_f1"))
    known = [value for value in figures if value is not None]
    return {
        "seconds": round(time.monotonic() - began, 1),
        "each": took,
        "values": figures,
        "best": max(known, default=None),
    }


def main() -> None:
    """Run the three parts and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--trials", type=int, default=12)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--encoder", default="scratch")
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    result: dict[str, Any] = {"asked": vars(given) | {"output": None}, "load": [os.getloadavg()[0]]}
    with tempfile.TemporaryDirectory(prefix="inkstone-search-") as folder:
        homes = [Path(folder) / name for name in ("tune", "single", "killed")]
        made = document(homes[0], given.rows, given.epochs, given.encoder)
        result["tune"] = search(made, given.trials, given.parallel)
        print("tune", result["tune"]["seconds"], "s, best", result["tune"]["best"], flush=True)
        result["load"].append(os.getloadavg()[0])
        made = document(homes[1], given.rows, given.epochs, given.encoder)
        result["one_by_one"] = one_by_one(made, [item["params"] for item in result["tune"]["trials"]])
        print("one by one", result["one_by_one"]["seconds"], "s, best", result["one_by_one"]["best"], flush=True)
        result["load"].append(os.getloadavg()[0])
        made = document(homes[2], given.rows, given.epochs, given.encoder)
        result["killed"] = search(made, given.trials, given.parallel, kill_after=given.trials // 2)
        print(
            "killed and resumed", result["killed"]["seconds"], "s, repeated", result["killed"]["repeated"], flush=True
        )
        result["load"].append(os.getloadavg()[0])
    if given.output:
        given.output.write_text(json.dumps(result, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    main()
