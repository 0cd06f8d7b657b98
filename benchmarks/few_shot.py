"""Accuracy of the few-shot methods on real data, beside plain fine-tuning and n-gram TF-IDF.

    python benchmarks/few_shot.py --data eprstmt-32 trec-16 --encoder inkstone-zh-tiny --methods pet contrastive --seeds 5
    python benchmarks/few_shot.py --data eprstmt-32 --methods cptuning cptuning:language_model_weight=0 --seeds 5
    python benchmarks/few_shot.py --data tnews-240 --methods self_training:method=contrastive --seeds 5 --plan

Sets: see ``few_shot_sets.py``. A method may carry parameters of its own after a colon. Every training is a line of
``--output`` (JSON), and a training that stands there already is not done again, so a stopped benchmark goes on where it
was. ``--plan`` tells how many minutes the missing trainings will take, by the seconds of those that are done.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from few_shot_sets import SETS, Few, load

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import fit
from inkstone.components.artifacts import Table
from inkstone.components.fewshot.methods import METHODS
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.nlp.fewshot.folds import pick, score
from inkstone.components.nlp.fewshot.prompt_words import write_label_words
from inkstone.components.nlp.fewshot.training import Work
from inkstone.components.spec import Resources

TRAINING = ("max_length", "batch_size", "epochs", "learning_rate", "precision")
CELL = ("data", "method", "encoder", "seed", "split", "set")
"""What makes a training the same as another."""


class Surroundings:
    """A context in a folder of its own, with the product's training loop in this process."""

    def __init__(self, folder: Path, threads: int) -> None:
        self.folder, self.node, self.seed = folder, "benchmark", 0
        self.resources = Resources(cpus=threads)

    def scratch(self) -> Path:
        """Return a folder that is thrown away."""
        (self.folder / "scratch").mkdir(parents=True, exist_ok=True)
        return self.folder / "scratch"

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
            task, train, dev, settings, resources=self.resources, folder=self.folder / "kept",
            reporter=Reporter(self.folder / "run", self.node), distributed=False,
        )  # fmt: skip


def main() -> None:
    """Run the trainings that are missing and print the table."""
    options = _options()
    changes = _values(options.set)
    cells = [
        {
            "data": data,
            "method": method,
            "encoder": options.encoder,
            "seed": seed,
            "split": options.split,
            "set": changes,
        }
        for data in options.data
        for seed in range(options.seeds)
        for method in options.methods
    ]
    known = _known(options.output)
    if options.plan:
        _plan(cells, known)
        return
    for cell in cells:
        if _key(cell) in known:
            continue
        few = load(cell["data"], cell["seed"], options.split, options.unlabelled)
        few = Few(few.train, pick(few.test, range(len(few.test.texts))[: options.most_test]), few.words, few.unlabelled)
        line = {**cell, **one(few, cell, options.threads), "note": options.note}
        known[_key(cell)] = line
        print(json.dumps(line, ensure_ascii=False), flush=True)
        with options.output.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    _table([known[_key(cell)] for cell in cells])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["eprstmt-32"], metavar="SET", help=", ".join(SETS))
    parser.add_argument("--encoder", default="inkstone-zh-tiny")
    parser.add_argument("--methods", nargs="+", default=["ngram", "fine_tuning", "pet", "contrastive"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--split", choices=("test", "dev"), default="test", help="dev: for choosing defaults")
    parser.add_argument("--set", nargs="*", default=[], help="parameters of every method, such as epochs=20")
    parser.add_argument("--unlabelled", type=int, default=2000, help="unlabelled texts at most")
    parser.add_argument("--most-test", type=int, help="judge on so many rows at most")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--note", default="")
    parser.add_argument("--plan", action="store_true", help="tell how long it will take, and do nothing")
    parser.add_argument("--output", type=Path, default=Path("few-shot-results.jsonl"))
    return parser.parse_args()


def _values(items: Sequence[str]) -> dict[str, Any]:
    """Read ``name=value``; a value that is no JSON is a text."""
    found: dict[str, Any] = {}
    for name, _, value in (item.partition("=") for item in items):
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
            found[name] = value
    return found


def _key(line: Mapping[str, Any]) -> str:
    return json.dumps([line.get(name) for name in CELL], sort_keys=True)


def _known(output: Path) -> dict[str, dict[str, Any]]:
    """Return the trainings that stand in the file; a line cut short by a kill is left out."""
    found = {}
    for text in output.read_text("utf-8").splitlines() if output.exists() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        found[_key(line)] = line
    return found


def _plan(cells: Sequence[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the minutes that the missing trainings of each set and method will take."""
    seconds, missing = defaultdict(list), defaultdict(int)
    for line in known.values():
        seconds[line["data"], line["method"], line["encoder"]].append(line["seconds"] + line.get("judging_seconds", 0))
    for cell in cells:
        missing[cell["data"], cell["method"], cell["encoder"]] += _key(cell) not in known
    total = 0.0
    print("| data | method | missing trainings | minutes |\n|---|---|---|---|")
    for place, count in missing.items():
        minutes = count * float(np.mean(seconds[place])) / 60 if seconds[place] else None
        total += minutes or 0
        print(f"| {place[0]} | {place[1]} | {count} | {'not measured' if minutes is None else f'{minutes:.1f}'} |")
    print(f"\n{total:.0f} minutes for what was measured")


def _table(lines: Sequence[Mapping[str, Any]]) -> None:
    """Print mean and standard deviation in per cent."""
    found = defaultdict(list)
    for line in lines:
        found[line["data"], line["method"]].append(line)
    print("\n| data | method | accuracy | macro F1 | seconds a training |\n|---|---|---|---|---|")
    for (data, method), own in found.items():
        accuracy, f1 = ([100 * line[name] for line in own] for name in ("accuracy", "macro_f1"))
        print(
            f"| {data} | {method} | {_spread(accuracy)} | {_spread(f1)} | {np.mean([x['seconds'] for x in own]):.0f} |"
        )


def _spread(values: Sequence[float]) -> str:
    return f"{np.mean(values):.1f} ± {np.std(values, ddof=1) if len(values) > 1 else 0:.1f}"


def one(few: Few, cell: Mapping[str, Any], threads: int) -> dict[str, Any]:
    """Train once and return figures on the test rows and seconds."""
    folder = Path(tempfile.mkdtemp(prefix="few-shot-"))
    try:
        name, _, own = str(cell["method"]).partition(":")
        method, encoder = METHODS[name], str(cell["encoder"])
        labels = sorted({label for label in few.train.labels or [] if label is not None})
        given = {"label_words": write_label_words(few.words)} if few.words else {}
        changes = {**cell["set"], **_values(own.split(",") if own else [])}
        params = method.parameters({"encoder": encoder, **given, **changes})
        work = Work(
            ctx=Surroundings(folder, threads), encoder=resolve_encoder(encoder), reference=encoder, labels=labels,  # type: ignore[arg-type]
            rows=few.train, seed=int(cell["seed"]), unlabelled=few.unlabelled,
            **{item: getattr(params, item) for item in TRAINING},
        )  # fmt: skip
        began = time.perf_counter()
        method.function(work, params, folder / "model")
        trained = time.perf_counter()
        found = score(folder / "model", few.test, labels)
        return {
            "accuracy": found["accuracy"],
            "macro_f1": found["macro_f1"],
            "seconds": round(trained - began, 1),
            "judging_seconds": round(time.perf_counter() - trained, 1),
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
