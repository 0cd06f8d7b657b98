"""What pruning and quantisation cost and gain: accuracy and latency of one fine-tuned encoder, before and after.

    python benchmarks/compression.py --encoder inkstone-zh-tiny --rows 4000 --seeds 1
    python benchmarks/compression.py --domains --rows 3000 --seeds 5

Ways: ``full``; ``cap50``, ``cap80``, ``cap90`` (contrastive pruning) and ``magnitude80`` (its ablation: gradual pruning without
contrast); ``half`` and ``quarter`` (structured: heads, FFN units and vocabulary); ``int8_dynamic``, ``int8_static``, ``fp16``,
``bf16``. With ``--domains``: plain distillation against MetaKD on the ten domains of online_shopping_10_cats (``plain``,
``meta``, ``unweighted``, ``no_corruption``), mean over the domains. Every model is timed right after the full one of its
seed, so that ratios are of one run. Lines go to ``--output`` as JSON; what stands there already is not done again.
"""

import argparse
import csv
import json
import os
import shutil
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from landing import Surroundings

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Model, Table
from inkstone.components.data.writing import TableWriter
from inkstone.components.nlp.compression.measuring import price
from inkstone.components.nlp.fewshot.folds import pick, score
from inkstone.components.nlp.rows import read_rows

WAYS = (
    "full", "int8_dynamic", "int8_static", "bf16", "fp16", "half", "quarter", "cap50", "cap80", "cap90", "magnitude80"
)  # fmt: skip
META = ("plain", "meta", "unweighted", "no_corruption")
PRUNED: dict[str, dict[str, Any]] = {
    "half": {"heads_kept": 0.67, "units_kept": 0.5, "least_count": 1},
    "quarter": {"heads_kept": 0.34, "units_kept": 0.25, "least_count": 3, "layers": 2},
    "cap50": {"method": "contrastive", "sparsity": 0.5},
    "cap80": {"method": "contrastive", "sparsity": 0.8},
    "cap90": {"method": "contrastive", "sparsity": 0.9},
    "magnitude80": {"method": "contrastive", "sparsity": 0.8, "contrast": 0.0},
}
TAUGHT: dict[str, dict[str, Any]] = {
    "meta": {}, "unweighted": {"selective": False}, "no_corruption": {"corruption": 0.0}
}  # fmt: skip


def read_chnsenticorp(root: Path, rows: int, seed: int) -> list[list[tuple[str, str, str]]]:
    """Return train, dev and test rows of (text, label, domain)."""
    parts = []
    for name in ("train", "dev", "test"):
        lines = (root / "chnsenticorp" / f"{name}.tsv").read_text("utf-8").splitlines()[1:]
        found = [line.split("\t") for line in lines if line.strip()]
        parts.append([(item[-1], item[-2], "") for item in found])
    order = np.random.default_rng(seed).permutation(len(parts[0]))[:rows]
    return [[parts[0][place] for place in order], parts[1], parts[2]]


def read_shopping(root: Path, rows: int, seed: int) -> list[list[tuple[str, str, str]]]:
    """Return train, dev and test rows of (review, sentiment, category), the same text on one side only."""
    with (root / "online_shopping_10_cats" / "online_shopping_10_cats.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        every = {
            row["review"]: (row["review"], row["label"], row["cat"]) for row in csv.DictReader(file) if row["review"]
        }
    found = list(every.values())
    order = np.random.default_rng(seed).permutation(len(found))
    sizes = (rows, rows + 1_000, rows + 4_000)
    starts = (0, *sizes[:2])
    return [[found[place] for place in order[start:stop]] for start, stop in zip(starts, sizes, strict=True)]


def write(rows: list[tuple[str, str, str]], folder: Path) -> Table:
    """Write rows as a table."""
    columns = dict(zip(("text", "label", "domain"), (list(part) for part in zip(*rows, strict=True)), strict=True))
    with TableWriter(folder, [ColumnInfo(name=name, dtype="string") for name in columns]) as writer:
        writer.write({ROW_ID: list(range(len(rows))), **columns})
        return writer.finish(roles={"text": "text", "label": "label", "group": "domain"})


class Bench:
    """The data and the full model of one seed."""

    def __init__(self, options: argparse.Namespace, root: Path, folder: Path, seed: int) -> None:
        self.options, self.folder, self.seed = options, folder, seed
        parts = (read_shopping if options.domains else read_chnsenticorp)(root, options.rows, seed)
        self.train, self.dev, self.test = (
            write(part, folder / name) for part, name in zip(parts, ("train", "dev", "test"), strict=True)
        )
        self._full: Model | None = None

    def run(self, component: str, inputs: dict[str, Any], **params: Any) -> Model:
        """Run a component and return its model."""
        import importlib

        module = importlib.import_module(f"inkstone.components.{component}")
        context = Surroundings(Path(tempfile.mkdtemp(dir=self.folder)), self.seed, self.options.threads)
        made: Model = module.run(context, inputs, module.SPEC.params(**params))["model"]
        return made

    @property
    def full(self) -> Model:
        """The fine-tuned encoder."""
        if self._full is None:
            inputs = {"train": self.train, "dev": self.dev}
            self._full = self.run(
                "train.text_classification", inputs, encoder=self.options.encoder, metric="accuracy", **self.budget
            )
        return self._full

    @property
    def budget(self) -> dict[str, Any]:
        """How long to train, where the caller says so."""
        return {"epochs": self.options.epochs} if self.options.epochs else {}

    def way(self, name: str) -> Model:
        """Return the model of a way."""
        taught = {"train": self.train, "dev": self.dev}
        if name == "full":
            return self.full
        if name in PRUNED:
            return self.run("compress.prune", {"model": self.full, **taught}, **PRUNED[name], **self.budget)
        if name == "plain":
            student = {"start": "encoder", "encoder": self.options.student, "layers": self.options.layers}
            return self.run(
                "compress.distil", {"teacher": self.full, **taught}, hidden_weight=1.0, **student, **self.budget
            )
        if name in TAUGHT:
            student = {"encoder": self.options.student, "layers": self.options.layers}
            return self.run(
                "compress.meta_distil", taught, domain="domain", teacher_encoder=self.options.encoder, **student,
                **TAUGHT[name], **self.budget,
            )  # fmt: skip
        return self.run("compress.quantise", {"model": self.full, "table": self.dev}, precision=name, agreement=0.9)

    def figures(self, model: Model) -> dict[str, Any]:
        """Return accuracy on the test rows (mean over the domains where there are any), and the price."""
        rows = read_rows(self.test)
        labels = sorted({label for label in rows.labels or [] if label is not None})
        found: dict[str, Any] = {"accuracy": score(model.path, rows, labels)["accuracy"]}
        if self.options.domains:
            domains = list(self.test.dataset()["domain"])
            each = {
                name: score(model.path, pick(rows, [i for i, own in enumerate(domains) if own == name]), labels)[
                    "accuracy"
                ]
                for name in sorted(set(domains))
            }
            found |= {"mean_over_domains": float(np.mean(list(each.values()))), "domains": each}
        return found | price(model.path, rows, self.options.requests, lambda: None).as_dict()


def main() -> None:
    """Run the missing ways and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ways", nargs="+")
    parser.add_argument("--domains", action="store_true")
    parser.add_argument("--encoder", default="inkstone-zh-tiny")
    parser.add_argument("--student", default="inkstone-zh-tiny")
    parser.add_argument("--layers", type=int, help="layers of the student of --domains")
    parser.add_argument("--rows", type=int, default=4000)
    parser.add_argument("--epochs", type=float)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, default=Path("compression-results.jsonl"))
    options = parser.parse_args()
    root = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    known = (
        [json.loads(line) for line in options.output.read_text("utf-8").splitlines()] if options.output.exists() else []
    )
    names = ("domains", "encoder", "student", "layers", "rows", "epochs")
    lines = []
    for seed in range(options.seeds):
        folder = Path(tempfile.mkdtemp(prefix="compression-"))
        os.environ["INKSTONE_HOME"] = str(folder / "home")
        bench = Bench(options, root, folder, seed)
        for way in options.ways or (META if options.domains else WAYS):
            place = {"way": way, "seed": seed} | {name: getattr(options, name) for name in names}
            done = next((line for line in known if all(line[key] == value for key, value in place.items())), None)
            if done is None:
                began = time.perf_counter()
                model = bench.way(way)
                seconds = round(time.perf_counter() - began, 1)
                done = place | {"seconds": seconds} | bench.figures(model)
                if way != "full":
                    done["full_p50"] = price(bench.full.path, read_rows(bench.test), options.requests, lambda: None).p50
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(done, ensure_ascii=False) + "\n")
                print(json.dumps(done, ensure_ascii=False), flush=True)
            lines.append(done)
        shutil.rmtree(folder, ignore_errors=True)
    _print(lines)


def _print(lines: list[dict[str, Any]]) -> None:
    found = defaultdict(list)
    for line in lines:
        found[line["way"]].append(line)
    print("\n| way | accuracy | million weights | MB | P50 ms | P99 ms | examples/s | times faster |")
    print("|---|---|---|---|---|---|---|---|")
    for way, own in found.items():
        worth = [100 * line.get("mean_over_domains", line["accuracy"]) for line in own]
        spread = np.std(worth, ddof=1) if len(worth) > 1 else 0
        mean = {
            name: float(np.mean([line[name] for line in own])) for name in ("megabytes", "p50", "p99", "per_second")
        }
        faster = np.mean([line.get("full_p50", line["p50"]) / line["p50"] for line in own])
        print(
            f"| {way} | {np.mean(worth):.1f} ± {spread:.1f} | {own[0]['weights'] / 1e6:.2f} | {mean['megabytes']:.2f} | "
            f"{mean['p50']:.2f} | {mean['p99']:.2f} | {mean['per_second']:.0f} | {faster:.2f} |"
        )


if __name__ == "__main__":
    main()
