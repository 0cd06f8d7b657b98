"""Accuracy of the few-shot methods on real data, beside plain fine-tuning and n-gram TF-IDF.

    python benchmarks/few_shot.py --data eprstmt-32 trec-16 --encoder inkstone-zh-tiny --methods pet contrastive --seeds 5

Data is read from the folder that INKSTONE_DATA names (default ../shared/data). FewCLUE sets use their published folds and
``test_public``; English sets draw 16 rows a class with each seed and test on at most 1,000 rows. Prints one line a training
and appends it to ``--output`` as JSON, then prints a table of mean ± standard deviation.
"""

import argparse
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
from inkstone.components.artifacts import Table
from inkstone.components.fewshot.methods import METHODS
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.nlp.fewshot.folds import pick, score
from inkstone.components.nlp.fewshot.prompt_words import write_label_words
from inkstone.components.nlp.fewshot.training import Work
from inkstone.components.nlp.rows import TextRows
from inkstone.components.spec import Resources

TNEWS = {
    "news_story": "故事", "news_culture": "文化", "news_entertainment": "娱乐", "news_sports": "体育", "news_finance": "财经",
    "news_house": "房产", "news_car": "汽车", "news_edu": "教育", "news_tech": "科技", "news_military": "军事",
    "news_travel": "旅游", "news_world": "国际", "news_stock": "股票", "news_agriculture": "农业", "news_game": "游戏",
}  # fmt: skip
"""What each class is called in plain words."""


TRAINING = ("max_length", "batch_size", "epochs", "learning_rate", "precision")


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


def rows_of(pairs: list[tuple[str, str]]) -> TextRows:
    """Make rows of (text, label)."""
    return TextRows(list(range(len(pairs))), [text for text, _ in pairs], None, [label for _, label in pairs])


def fewclue(root: Path, name: str, part: str, seed: int) -> tuple[TextRows, TextRows, dict[str, list[str]], list[str]]:
    """Return train, test, label words and unlabelled texts of a FewCLUE set."""
    folder = root / "fewclue" / name

    def read(file: str) -> list[tuple[str, str]]:
        lines = (folder / file).read_text("utf-8").splitlines()
        key = "label_des" if name == "iflytek" else "label_desc" if name == "tnews" else "label"
        items = [json.loads(line) for line in lines if line.strip()]
        return [(item["sentence"], str(item[key])) for item in items]

    train = read("train_few_all.json" if part == "all" else f"train_{seed % 5}.json")
    words = {label: [TNEWS[label]] for label in dict.fromkeys(label for _, label in train)} if name == "tnews" else {}
    file = folder / "unlabeled.json"
    lines = file.read_text("utf-8").splitlines()[:2000] if file.is_file() else []
    return rows_of(train), rows_of(read("test_public.json")), words, [json.loads(line)["sentence"] for line in lines]


def english(root: Path, name: str, each: int, seed: int) -> tuple[TextRows, TextRows, dict[str, list[str]], list[str]]:
    """Return train, test, label words and unlabelled texts of an English set, ``each`` rows a class."""
    folder = root / "english_cls"

    def read(file: str) -> list[tuple[str, str]]:
        lines = (folder / file).read_text("latin-1").splitlines()
        found = []
        for line in lines:
            label, _, text = line.partition(" ")
            found.append((text, label.split(":")[0]))
        return found

    everything, test = (
        (read("TREC.train.all"), read("TREC.test.all"))
        if name == "trec"
        else (read("stsa.binary.train"), read("stsa.binary.test"))
    )
    random = np.random.default_rng(seed)
    by_class: dict[str, list[str]] = defaultdict(list)
    for index in random.permutation(len(everything)):
        by_class[everything[index][1]].append(everything[index][0])
    train = [(text, label) for label, texts in sorted(by_class.items()) for text in texts[:each]]
    unlabelled = [text for texts in by_class.values() for text in texts[each : each + 500]]
    words = {"0": ["bad", "terrible"], "1": ["good", "great"]} if name == "sst2" else {}
    if name == "trec":
        names = ("abbreviation", "thing", "description", "person", "place", "number")
        words = {label: [word] for label, word in zip(sorted(by_class), names, strict=True)}
    chosen = random.permutation(len(test))[:1000]
    return rows_of(train), rows_of([test[index] for index in chosen]), words, unlabelled


def load(root: Path, name: str, seed: int) -> tuple[TextRows, TextRows, dict[str, list[str]], list[str]]:
    """Return a data set by its name, such as ``eprstmt-32`` or ``trec-16``."""
    base, _, size = name.partition("-")
    if base in {"trec", "sst2"}:
        return english(root, base, int(size), seed)
    return fewclue(root, base, "all" if size in {"all", "160"} else "one", seed)


def main() -> None:
    """Run the trainings and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", nargs="+", default=["eprstmt-32"])
    parser.add_argument("--encoder", default="inkstone-zh-tiny")
    parser.add_argument("--methods", nargs="+", default=["ngram", "fine_tuning", "pet", "contrastive"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--set", nargs="*", default=[], help="parameters of compare.few_shot, such as epochs=20")
    parser.add_argument("--note", default="")
    parser.add_argument("--most-test", type=int, help="test on so many rows at most")
    parser.add_argument("--output", type=Path, default=Path("few-shot-results.jsonl"))
    options = parser.parse_args()
    root = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    changes = {name: json.loads(value) for name, _, value in (item.partition("=") for item in options.set)}
    figures: dict[tuple[str, str], list[float]] = defaultdict(list)
    for name in options.data:
        for seed in range(options.seeds):
            train, test, words, unlabelled = load(root, name, seed)
            test = pick(test, range(len(test.texts))[: options.most_test])
            for method in options.methods:
                result = one(options.encoder, train, test, words, unlabelled, method, seed, changes)
                line = {"data": name, "method": method, "encoder": options.encoder, "seed": seed, "note": options.note}
                print(json.dumps(line | result, ensure_ascii=False), flush=True)
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line | result, ensure_ascii=False) + "\n")
                figures[name, method].append(100 * result["accuracy"])
    print("\n| data | method | accuracy |\n|---|---|---|")
    for (name, method), values in figures.items():
        print(f"| {name} | {method} | {np.mean(values):.1f} ± {np.std(values, ddof=1) if len(values) > 1 else 0:.1f} |")


def one(  # noqa: PLR0917 - one training is all of this
    encoder: str,
    train: TextRows,
    test: TextRows,
    words: Mapping[str, list[str]],
    unlabelled: list[str],
    method: str,
    seed: int,
    changes: Mapping[str, Any],
) -> dict[str, float]:
    """Train once and return figures on the test rows and seconds."""
    folder = Path(tempfile.mkdtemp(prefix="few-shot-"))
    try:
        labels = sorted({label for label in train.labels or [] if label is not None})
        given = {"label_words": write_label_words(words)} if words else {}
        params = METHODS[method].parameters({"encoder": encoder, **given, **changes})
        work = Work(
            ctx=Surroundings(folder, 1), encoder=resolve_encoder(encoder), reference=encoder, labels=labels,  # type: ignore[arg-type]
            rows=train, seed=seed, unlabelled=unlabelled,
            **{name: getattr(params, name) for name in TRAINING},
        )  # fmt: skip
        began = time.perf_counter()
        METHODS[method].function(work, params, folder / "model")
        seconds = time.perf_counter() - began
        found = score(folder / "model", test, labels)
        return {"accuracy": found["accuracy"], "macro_f1": found["macro_f1"], "seconds": round(seconds, 1)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
