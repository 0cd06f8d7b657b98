"""Fine-tunes encoders on real Chinese sets, beside an encoder from scratch and n-gram TF-IDF.

    python benchmarks/encoders.py --sets eprstmt tnews chineseharm --systems ngram scratch inkstone-zh-tiny --seeds 5

Data is read from the folder that INKSTONE_DATA names (default ../shared/data). Every system is trained by the product's own
component with its own recipe; the best checkpoint is chosen on dev rows, the figures are those of the test rows. Each
training appends a line of JSON to ``--output``; the table (mean ± standard deviation over the seeds) is made from all lines of
that file, so that a run can be stopped and gone on with. ``--set epochs=5`` changes a parameter of the neural systems.

Splits: eprstmt, tnews, iflytek: train_few_all, dev_few_all, test_public. thucnews_titles: the history files without dev and
test titles; dev.txt; test.txt. chnsenticorp: train without the texts that also stand in dev or test; dev; test.
cold, afqmc: their test labels are not at hand, so dev is the test set, and a tenth of train chooses the checkpoint.
chineseharm: a stratified 80/20 drawn with seed 0; a tenth of the 80 chooses the checkpoint.
"""

import argparse
import csv
import importlib
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import fit
from inkstone.components.artifacts import ColumnInfo, Role, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.spec import Resources

DATA = Path(os.environ.get("INKSTONE_DATA", Path(__file__).parents[2] / "shared" / "data"))

Row = tuple[str, ...]
"""Text, label; or text, second text, label."""
Parts = tuple[list[Row], list[Row], list[Row]]
"""Train, dev and test rows."""


def fewclue(name: str, label: str) -> Parts:
    """Return a set of FewCLUE: the 'few_all' parts and the public test rows."""

    def read(file: str) -> list[Row]:
        lines = (DATA / "fewclue" / name / file).read_text("utf-8").splitlines()
        items = (json.loads(line) for line in lines if line.strip())
        return [(item["sentence"], str(item[label])) for item in items]

    return read("train_few_all.json"), read("dev_few_all.json"), read("test_public.json")


def with_dev(rows: list[Row], test: list[Row]) -> Parts:
    """Keep a tenth of the training rows to choose the checkpoint by."""
    rows = sorted(rows)
    random.Random(0).shuffle(rows)  # noqa: S311 - a fixed split
    cut = len(rows) // 10
    return rows[cut:], rows[:cut], test


def chineseharm() -> Parts:
    """Return the stratified 80/20."""
    items = json.loads((DATA / "chineseharm_bench" / "train.json").read_text("utf-8"))
    by_class: dict[str, list[Row]] = defaultdict(list)
    for text, label in sorted({item["文本"]: item["标签"] for item in items}.items()):
        by_class[label].append((text, label))
    train, test = [], []
    for rows in by_class.values():
        random.Random(0).shuffle(rows)  # noqa: S311 - a fixed split
        test += rows[: len(rows) // 5]
        train += rows[len(rows) // 5 :]
    return with_dev(train, test)


def tabbed(path: Path, text: int, label: int) -> list[Row]:
    """Read lines of tab-separated cells."""
    cells = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line.strip())
    return [(item[text], item[label]) for item in cells]


def thucnews() -> Parts:
    """Return the titles; history rows that stand in dev or test are left out."""
    folder = DATA / "thucnews_titles"
    dev, test = (tabbed(folder / f"{name}.txt", 0, 1) for name in ("dev", "test"))
    known = {text for text, *_ in dev + test}
    history = [row for name in ("dev", "test") for row in tabbed(folder / f"history_2019-07-11_{name}.txt", 0, 1)]
    return [row for row in dict.fromkeys(history) if row[0] not in known], dev, test


def chnsenticorp() -> Parts:
    """Return the reviews without the leaked ones."""
    folder = DATA / "chnsenticorp"
    train, dev, test = (tabbed(folder / f"{name}.tsv", 1, 0)[1:] for name in ("train", "dev", "test"))
    known = {text for text, *_ in dev + test}
    tested = {text for text, *_ in test}
    return [row for row in train if row[0] not in known], [row for row in dev if row[0] not in tested], test


def cold() -> Parts:
    """Return offensive language detection; train rows equal to a test text are left out."""

    def read(name: str) -> list[Row]:
        with (DATA / "cold" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return [(row["TEXT"], row["label"]) for row in csv.DictReader(file)]

    test = read("dev")
    known = {text for text, _ in test}
    return with_dev([row for row in read("train") if row[0] not in known], test)


def afqmc() -> Parts:
    """Return question pairs."""
    folder = DATA / "csts_matching" / "AFQMC"
    train, test = (
        [tuple(line.split("\t")) for line in (folder / f"{name}.txt").read_text("utf-8").splitlines()]
        for name in ("train", "dev")
    )
    return with_dev(train, test)


SETS: dict[str, Callable[[], Parts]] = {
    "eprstmt": lambda: fewclue("eprstmt", "label"),
    "tnews": lambda: fewclue("tnews", "label_desc"),
    "iflytek": lambda: fewclue("iflytek", "label_des"),
    "chineseharm": chineseharm,
    "cold": cold,
    "thucnews_titles": thucnews,
    "chnsenticorp": chnsenticorp,
    "afqmc": afqmc,
}


class Surroundings:
    """A context in a folder of its own, with the product's training loop in this process."""

    def __init__(self, folder: Path, seed: int, threads: int) -> None:
        self.folder, self.node, self.seed = folder, "benchmark", seed
        self.resources = Resources(cpus=threads)

    def output(self, port: str) -> Path:
        """Return a new folder."""
        path = self.folder / "outputs" / port
        path.mkdir(parents=True)
        return path

    def scratch(self) -> Path:
        """Return a folder that is thrown away."""
        (self.folder / "scratch").mkdir(parents=True, exist_ok=True)
        return self.folder / "scratch"

    def encoder(self, reference: str) -> Path:
        """Resolve an encoder."""
        return resolve_encoder(reference)

    def log(self, message: Any, level: str = "info") -> None:
        """Drop lines of the log."""

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        """Drop curves."""

    def progress(self, done: float, total: float, message: Any = None) -> None:
        """Drop progress."""

    def check_cancelled(self) -> None:
        """Never stop."""

    def fit(self, task: Any, train: Table, dev: Table | None, settings: Any) -> Any:
        """Train in this process."""
        return fit(
            task,
            train,
            dev,
            settings,
            resources=self.resources,
            folder=self.folder / "kept",
            reporter=Reporter(self.folder / "run", self.node),
            distributed=False,
        )


def table(folder: Path, rows: list[Row]) -> Table:
    """Write rows as a table with roles."""
    names = ["text", "text_pair", "label"] if len(rows[0]) == 3 else ["text", "label"]
    roles: dict[Role, str] = {name: name for name in names}  # type: ignore[misc]
    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in names]) as writer:
        writer.write({name: [row[place] for row in rows] for place, name in enumerate(names)})
    return writer.finish(roles=roles)


def measure(name: str, system: str, seed: int, threads: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Train one system on one set and return its figures on the test rows."""
    from sklearn.metrics import accuracy_score, f1_score

    from inkstone.components.nlp.inference import load_model

    train, dev, test = SETS[name]()
    folder = Path(tempfile.mkdtemp(prefix="inkstone-benchmark-"))
    try:
        tables = {part: table(folder / part, rows) for part, rows in (("train", train), ("dev", dev))}
        component = "ngram_baseline" if system == "ngram" else "text_classification"
        module = importlib.import_module(f"inkstone.components.train.{component}")
        params: dict[str, Any] = {} if system == "ngram" else {"encoder": system, "seed": seed, **changes}
        started = time.monotonic()
        outputs = module.run(Surroundings(folder / "work", seed, threads), tables, module.SPEC.params(**params))
        seconds = time.monotonic() - started
        model = load_model(outputs["model"].path)
        pairs = [row[1] for row in test] if len(test[0]) == 3 else None
        predicted = [scored[0].label for scored in model.predict([row[0] for row in test], pairs)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    true = [row[-1] for row in test]
    return {
        "set": name,
        "system": Path(system).name,
        "seed": seed,
        "accuracy": accuracy_score(true, predicted) * 100,
        "macro_f1": f1_score(true, predicted, average="macro") * 100,
        "seconds": seconds,
        "rows": [len(train), len(dev), len(test)],
        "changes": dict(changes),
    }


def markdown(lines: list[dict[str, Any]]) -> str:
    """Return the table: a row a set, a column a system."""
    systems = list(dict.fromkeys(line["system"] for line in lines))
    cells: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        cells[line["set"], line["system"]].append(line)
    rows = [["set", "train / test rows", *systems]]
    for name in SETS:
        known = [line for line in lines if line["set"] == name]
        if known:
            train, _, test = known[0]["rows"]
            rows.append([name, f"{train:,} / {test:,}", *(_cell(cells[name, system]) for system in systems)])
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "–"
    figures = []
    for figure in ("accuracy", "macro_f1"):
        values = [line[figure] for line in lines]
        spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
        figures.append(f"{statistics.mean(values):.1f}{spread}")
    return f"{figures[0]} / {figures[1]} ({len(lines)})"


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--systems", nargs="+", default=["ngram", "scratch", "inkstone-zh-tiny"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], help="parameter=value of the neural systems")
    parser.add_argument("--output", type=Path, default=Path("encoders.jsonl"))
    options = parser.parse_args()
    changes = {name: yaml.safe_load(value) for name, _, value in (item.partition("=") for item in options.set)}
    lines = [json.loads(line) for line in options.output.read_text().splitlines()] if options.output.exists() else []
    done = {(line["set"], line["system"], line["seed"]) for line in lines}
    for name in options.sets:
        for seed in range(options.seeds):
            for system in options.systems:
                if (name, Path(system).name, seed) in done or (system == "ngram" and seed):
                    continue
                line = measure(name, system, seed, options.threads, {} if system in {"ngram", "scratch"} else changes)
                lines.append(line)
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                print(f"{name} {line['system']} {seed}: {line['accuracy']:.1f} {line['seconds']:.0f} s", flush=True)
    print("\naccuracy / macro-F1 of the test rows (number of seeds)\n")
    print(markdown(lines))


if __name__ == "__main__":
    main()
