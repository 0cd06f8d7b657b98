"""Fine-tunes encoders on real Chinese sets, beside an encoder from scratch and n-gram TF-IDF.

    python benchmarks/encoders.py --sets eprstmt tnews chineseharm --systems ngram scratch inkstone-zh-tiny --seeds 5

Data is read from the folder that INKSTONE_DATA names (default ../shared/data). Every system is trained by the product's own
component with its own recipe; the best checkpoint is chosen on dev rows, the figures are those of the test rows. A system is
``ngram``, ``scratch``, or an encoder by its name or folder. Each training appends a line of JSON to ``--output``; lines that are
there are not measured again, so that a run can be stopped and gone on with, or shared by several processes with sets of their
own. ``--set epochs=5`` changes a parameter of the encoders, ``--dev`` judges on dev rows, to choose such values by. ``--table`` prints the table of a file and measures nothing.

``--cap 4000`` keeps that many training rows of each set, and half as many dev rows (drawn with seed 0); the table says so. The splits stand in
``encoder_sets.py``. cluener is measured by its entity F1, all other sets by accuracy and macro-F1.
"""

import argparse
import importlib
import json
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from encoder_sets import SETS, TAGGING, Row, capped

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import fit
from inkstone.components.artifacts import ColumnInfo, Role, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.spec import Resources


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


def table(folder: Path, rows: list[Row], tagging: bool) -> Table:
    """Write rows as a table with roles."""
    last = "entities" if tagging else "label"
    names = ["text", "text_pair", last] if len(rows[0]) == 3 else ["text", last]
    roles: dict[Role, str] = {name: name for name in names}  # type: ignore[misc]
    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in names]) as writer:
        writer.write({name: [row[place] for row in rows] for place, name in enumerate(names)})
    return writer.finish(roles=roles)


def component_of(system: str, tagging: bool) -> str:
    """Return the component that trains a system."""
    if system == "ngram":
        return "entity_baseline" if tagging else "ngram_baseline"
    return "sequence_labelling" if tagging else "text_classification"


def figures(model: Any, test: list[Row], tagging: bool) -> dict[str, float]:
    """Return the figures of a trained model on the test rows, in percent."""
    texts = [row[0] for row in test]
    if tagging:
        from inkstone.components.nlp.tagging.entities import read_entities
        from inkstone.components.nlp.tagging.figures import entity_figures

        true = [read_entities(row[-1], row[0], place)[0] for place, row in enumerate(test, 1)]
        found = entity_figures(true, model.entities(texts))
        return {"entity_f1": found["micro_f1"] * 100, "macro_f1": found["macro_f1"] * 100}
    from sklearn.metrics import accuracy_score, f1_score

    pairs = [row[1] for row in test] if len(test[0]) == 3 else None
    labels, predicted = [row[-1] for row in test], [scored[0].label for scored in model.predict(texts, pairs)]
    return {
        "accuracy": accuracy_score(labels, predicted) * 100,
        "macro_f1": f1_score(labels, predicted, average="macro") * 100,
    }


def load(folder: Path, tagging: bool) -> Any:
    """Load a trained model."""
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.tagging.loading import load_tagger

    return load_tagger(folder) if tagging else load_model(folder)


def measure(
    name: str,
    system: str,
    seed: int,
    *,
    threads: int,
    cap: int | None,
    changes: Mapping[str, Any],
    on_dev: bool = False,
) -> dict[str, Any]:
    """Train one system on one set and return its figures on the test rows; ``on_dev``: on the dev rows."""
    (train, dev, test), whole = capped(SETS[name](), cap)
    if on_dev:
        test = dev
    tagging = name in TAGGING
    folder = Path(tempfile.mkdtemp(prefix="inkstone-benchmark-"))
    try:
        tables = {part: table(folder / part, rows, tagging) for part, rows in (("train", train), ("dev", dev))}
        module = importlib.import_module(f"inkstone.components.train.{component_of(system, tagging)}")
        params: dict[str, Any] = {} if system == "ngram" else {"encoder": system, "seed": seed, **changes}
        started, processor = time.monotonic(), time.process_time()
        outputs = module.run(Surroundings(folder / "work", seed, threads), tables, module.SPEC.params(**params))
        seconds, processor = time.monotonic() - started, time.process_time() - processor
        found = figures(load(outputs["model"].path, tagging), test, tagging)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "set": name,
        "system": Path(system).name,
        "seed": seed,
        **found,
        "seconds": seconds,
        "cpu_seconds": processor,
        "rows": [len(train), len(dev), len(test)],
        "all_rows": whole,
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
            whole = known[0].get("all_rows", train)
            part = f"{train:,}" if train == whole else f"{train:,} of {whole:,}"
            rows.append([name, f"{part} / {test:,}", *(_cell(cells[name, system]) for system in systems)])
    rows.insert(1, ["---"] * len(rows[0]))
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _cell(lines: list[dict[str, Any]]) -> str:
    if not lines:
        return "–"
    figures = []
    for figure in ("entity_f1" if "entity_f1" in lines[0] else "accuracy", "macro_f1"):
        values = [line[figure] for line in lines]
        spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
        figures.append(f"{statistics.mean(values):.1f}{spread}")
    return f"{figures[0]} / {figures[1]} ({len(lines)})"


def written(output: Path) -> list[dict[str, Any]]:
    """Return the lines that are there; another process may have added some."""
    return [json.loads(line) for line in output.read_text("utf-8").splitlines()] if output.exists() else []


def main() -> None:
    """Run what is asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--systems", nargs="+", default=["ngram", "scratch", "inkstone-zh-tiny"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], help="parameter=value of the neural systems")
    parser.add_argument("--cap", type=int, help="at most so many training rows, and half as many dev rows")
    parser.add_argument("--output", type=Path, default=Path("encoders.jsonl"))
    parser.add_argument("--dev", action="store_true", help="judge on the dev rows, to choose recipes by")
    parser.add_argument("--table", action="store_true", help="print the table and measure nothing")
    options = parser.parse_args()
    changes = {name: yaml.safe_load(value) for name, _, value in (item.partition("=") for item in options.set)}
    for name in [] if options.table else options.sets:
        for seed in range(options.seeds):
            for system in options.systems:
                key = (name, Path(system).name, seed)
                if key in {(line["set"], line["system"], line["seed"]) for line in written(options.output)}:
                    continue
                if system == "ngram" and seed:
                    continue
                mine = {} if system in {"ngram", "scratch"} else changes
                line = measure(
                    name, system, seed, threads=options.threads, cap=options.cap, changes=mine, on_dev=options.dev
                )
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
                main_figure = line.get("accuracy", line.get("entity_f1"))
                print(f"{name} {line['system']} {seed}: {main_figure:.1f} {line['seconds']:.0f} s", flush=True)
    lines = written(options.output)
    print("\naccuracy / macro-F1 of the test rows (number of seeds); cluener: entity F1 / macro-F1 of the types\n")
    print(markdown(lines))


if __name__ == "__main__":
    main()
