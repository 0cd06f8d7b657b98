"""From a large model to a small one, step by step, on EPRSTMT few_all (160 labelled rows), beside n-gram TF-IDF.

    python benchmarks/landing.py --teacher contrastive --teacher-encoder inkstone-zh-small --student inkstone-zh-tiny --seeds 5

Steps: ``ngram``, ``plain`` (the student fine-tuned), ``teacher``, ``distilled`` (on the labelled rows), ``unlabelled`` (on
unlabelled texts too), ``augmented`` (on rewritten rows too), ``everything`` (both), and for the ablations ``everything`` with
one parameter changed: ``everything:temperature=1`` and so on. ``teacher`` may be ``fine_tuning``, ``ngram`` or a few-shot
method. Several teachers: ``ensemble:combination=mean`` (or ``validation``, ``confidence``) learns from all that ``--ensemble`` names, on
unlabelled texts too, ``one`` from the best of them on dev; ``fine_tuned`` is the teacher's encoder without any few-shot method. Data is read from the folder that INKSTONE_DATA names (default ../shared/data); figures are those of ``test_public``
(610 rows), checkpoints are chosen on ``dev_few_all`` alone. Each line goes to ``--output`` as JSON; what stands there already is
not done again.
"""

import argparse
import importlib
import json
import os
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import fit
from inkstone.components.artifacts import Model, Table
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.nlp.fewshot.folds import as_table, score
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.spec import Resources

LABELS = ["Negative", "Positive"]
STEPS = ("ngram", "plain", "teacher", "distilled", "unlabelled", "augmented", "everything")


class Surroundings:
    """A context in a folder of its own, with the product's training loop in this process."""

    def __init__(self, folder: Path, seed: int, threads: int) -> None:
        self.folder, self.seed, self.node = folder, seed, "benchmark"
        self.resources = Resources(cpus=threads)

    def output(self, port: str) -> Path:
        """Return the folder of an output."""
        (self.folder / port).mkdir(parents=True)
        return self.folder / port

    def scratch(self) -> Path:
        """Return a folder that is thrown away."""
        (self.folder / "scratch").mkdir(parents=True, exist_ok=True)
        return self.folder / "scratch"

    def encoder(self, reference: str) -> Path:
        """Return the folder of an encoder."""
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
            task, train, dev, settings, resources=self.resources, folder=self.folder / "kept",
            reporter=Reporter(self.folder / "run", self.node), distributed=False,
        )  # fmt: skip


class Bench:
    """The data, and the models of one seed."""

    def __init__(self, options: argparse.Namespace, root: Path, folder: Path, seed: int) -> None:
        self.options, self.folder, self.seed = options, folder, seed
        self.train = self._table(root, "train_few_all.json", LABELS)
        self.dev = self._table(root, "dev_few_all.json", LABELS)
        lines = (root / "unlabeled.json").read_text("utf-8").splitlines()
        judged = {*_read(root / "test_public.json").texts, *_read(root / "dev_few_all.json").texts}
        every = [json.loads(lines[place])["sentence"] for place in np.random.default_rng(seed).permutation(len(lines))]
        texts = [item for item in every if item not in judged][: options.unlabelled]
        self.unlabelled = as_table(TextRows(list(range(len(texts))), texts, None, None), [], folder / "unlabelled")
        self.test = _read(root / "test_public.json")
        self._teachers: dict[str, Model] = {}

    def _table(self, root: Path, file: str, labels: list[str]) -> Table:
        return as_table(_read(root / file), labels, self.folder / file)

    def run(self, component: str, inputs: Mapping[str, Any], **params: Any) -> dict[str, Any]:
        """Run a component and return its outputs."""
        module = importlib.import_module(f"inkstone.components.{component}")
        context = Surroundings(Path(tempfile.mkdtemp(dir=self.folder)), self.seed, self.options.threads)
        return dict(module.run(context, inputs, module.SPEC.params(**params)))

    def model(self, component: str, inputs: Mapping[str, Any], **params: Any) -> Model:
        """Run a component and return its model."""
        made: Model = self.run(component, inputs, **params)["model"]
        return made

    def teacher(self, method: str) -> Model:
        """Return a teacher, trained once."""
        if method not in self._teachers:
            inputs = {"train": self.train, "dev": self.dev}
            encoder = self.options.teacher_encoder
            if method == "ngram":
                made = self.model("train.ngram_baseline", inputs)
            elif method == "fine_tuning":
                made = self.model("train.text_classification", inputs, encoder=encoder)
            else:
                if method == "self_training":
                    inputs["unlabelled"] = self.unlabelled
                made = self.model(f"fewshot.{method}", inputs, encoder=encoder, folds=0)
            self._teachers[method] = made
        return self._teachers[method]

    def several(self, base: str, further: dict[str, Any]) -> Model:
        """Return the student of several teachers; of ``one``: of the one that is best on dev."""
        every = [self.teacher(method) for method in self.options.ensemble]
        inputs: dict[str, Any] = {"train": self.train, "dev": self.dev, "unlabelled": self.unlabelled}
        if base == "ensemble":
            return self.model(
                "compress.distil_ensemble", inputs | {"teachers": every}, encoder=self.options.student, **further
            )
        best = max(every, key=lambda model: score(model.path, read_rows(self.dev), LABELS)["accuracy"])
        return self.model("compress.distil", inputs | {"teacher": best}, encoder=self.options.student, **further)

    def step(self, name: str) -> Model:
        """Return the model of a step."""
        base, _, changes = name.partition(":")
        further = {key: _value(value) for key, _, value in (item.partition("=") for item in changes.split(",") if item)}
        if base in {"ngram", "fine_tuned"}:
            return self.teacher("ngram" if base == "ngram" else "fine_tuning")
        if base == "plain":
            params = {"encoder": self.options.student, **further}
            return self.model("train.text_classification", {"train": self.train, "dev": self.dev}, **params)
        if base == "teacher":
            return self.teacher(self.options.teacher)
        if base in {"ensemble", "one"}:
            return self.several(base, further)
        table = self.train
        if base in {"augmented", "everything"}:
            own = {key: further.pop(key) for key in ("method", "copies", "share", "filling") if key in further}
            inputs = {"table": self.train, "teacher": self.teacher(self.options.teacher)}
            table = self.run("data.augment", inputs, encoder=self.options.student, **own)["table"]
        inputs = {"teacher": self.teacher(self.options.teacher), "train": table, "dev": self.dev}
        if base in {"unlabelled", "everything"}:
            inputs["unlabelled"] = self.unlabelled
        return self.model("compress.distil", inputs, encoder=self.options.student, **further)


def _read(path: Path) -> TextRows:
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return TextRows(
        list(range(len(items))), [item["sentence"] for item in items], None, [item["label"] for item in items]
    )


def _value(given: str) -> Any:
    try:
        return json.loads(given)
    except ValueError:
        return given


def main() -> None:
    """Run the missing steps and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", nargs="+", default=list(STEPS))
    parser.add_argument("--teacher", default="fine_tuning")
    parser.add_argument("--teacher-encoder", default="inkstone-zh-tiny")
    parser.add_argument("--ensemble", nargs="+", default=["ngram", "fine_tuning", "contrastive"], help="the teachers")
    parser.add_argument("--student", default="inkstone-zh-tiny")
    parser.add_argument("--unlabelled", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("landing-results.jsonl"))
    options = parser.parse_args()
    data = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    root = data / "fewclue" / "eprstmt"
    known = (
        [json.loads(line) for line in options.output.read_text("utf-8").splitlines()] if options.output.exists() else []
    )
    lines = []
    for seed in range(options.seeds):
        folder = Path(tempfile.mkdtemp(prefix="landing-"))
        os.environ["INKSTONE_HOME"] = str(folder / "home")
        bench = Bench(options, root, folder, seed)
        try:
            for step in options.steps:
                line = _once(bench, step, _place(options, step, seed), known)
                if line not in known:
                    with options.output.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(line, ensure_ascii=False) + "\n")
                lines.append(line)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    _print(lines)


def _place(options: argparse.Namespace, step: str, seed: int) -> dict[str, Any]:
    place: dict[str, Any] = {"step": step, "seed": seed}
    if not step.startswith("ngram"):
        place["student" if step.startswith("plain") else "teacher"] = (
            options.student if step.startswith("plain") else f"{options.teacher} {options.teacher_encoder}"
        )
    base = step.split(":", maxsplit=1)[0]
    if base not in {"ngram", "plain", "teacher", "fine_tuned"}:
        place |= {"student": options.student, "unlabelled": options.unlabelled}
    if base in {"ensemble", "one"}:
        place["teacher"] = f"{' '.join(options.ensemble)} {options.teacher_encoder}"
    return place


def _once(bench: Bench, step: str, place: dict[str, Any], known: list[dict[str, Any]]) -> dict[str, Any]:
    for line in known:
        if all(line.get(key) == value for key, value in place.items()):
            return line
    began = time.perf_counter()
    model = bench.step(step)
    seconds = time.perf_counter() - began
    dev = score(model.path, read_rows(bench.dev), LABELS)
    test = score(model.path, bench.test, LABELS)
    found = {
        "accuracy": test["accuracy"], "macro_f1": test["macro_f1"], "dev_accuracy": dev["accuracy"],
        "seconds": round(seconds, 1),
    }  # fmt: skip
    print(json.dumps(place | found, ensure_ascii=False), flush=True)
    return place | found


def _print(lines: list[dict[str, Any]]) -> None:
    """Print mean and standard deviation in per cent."""
    found = defaultdict(list)
    for line in lines:
        found[line["step"]].append(line)
    print("\n| step | test | dev | seconds |\n|---|---|---|---|")
    for step, own in found.items():
        cells = []
        for name in ("accuracy", "dev_accuracy"):
            values = [100 * line[name] for line in own]
            cells.append(f"{np.mean(values):.1f} ± {np.std(values, ddof=1) if len(values) > 1 else 0:.1f}")
        print(f"| {step} | {cells[0]} | {cells[1]} | {np.mean([line['seconds'] for line in own]):.0f} |")


if __name__ == "__main__":
    main()
