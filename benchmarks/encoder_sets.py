"""The Chinese sets that encoders are measured on, read from the folder that INKSTONE_DATA names (default ../shared/data).

Splits: eprstmt, tnews, iflytek: train_few_all, dev_few_all, test_public. thucnews_titles: the history files without dev and
test titles; dev.txt; test.txt. chnsenticorp: train without the texts that also stand in dev or test; dev; test.
cold, afqmc, cluener: their test labels are not at hand, so dev is the test set, and a tenth of train chooses the checkpoint.
chineseharm: a stratified 80/20 drawn with seed 0; a tenth of the 80 chooses the checkpoint.
"""

import csv
import json
import os
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

DATA = Path(os.environ.get("INKSTONE_DATA", Path(__file__).parents[2] / "shared" / "data"))

Row = tuple[str, ...]
"""Text, label; or text, second text, label; or text, entities as JSON."""
Parts = tuple[list[Row], list[Row], list[Row]]
"""Train, dev and test rows."""


def lines(path: Path) -> list[str]:
    """Return the lines of a file; ``str.splitlines`` would also cut at separators that stand inside of texts."""
    return [line.rstrip("\r") for line in path.read_text("utf-8").split("\n") if line.strip()]


def fewclue(name: str, label: str) -> Parts:
    """Return a set of FewCLUE: the 'few_all' parts and the public test rows."""

    def read(file: str) -> list[Row]:
        items = (json.loads(line) for line in lines(DATA / "fewclue" / name / file))
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
    cells = (line.split("\t") for line in lines(path))
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
    train, test = ([tuple(line.split("\t")) for line in lines(folder / f"{name}.txt")] for name in ("train", "dev"))
    return with_dev(train, test)


def cluener() -> Parts:
    """Return sentences with their entities, as a cell of a table holds them; the file counts the last character in."""

    def read(name: str) -> list[Row]:
        rows = []
        for line in lines(DATA / "cluener2020" / f"{name}.json"):
            item = json.loads(line)
            entities = [
                {"start": start, "end": last + 1, "label": label}
                for label, words in item["label"].items()
                for places in words.values()
                for start, last in places
            ]
            rows.append((item["text"], json.dumps(entities, ensure_ascii=False)))
        return rows

    test = read("dev")
    known = {text for text, _ in test}
    return with_dev([row for row in read("train") if row[0] not in known], test)


SETS: dict[str, Callable[[], Parts]] = {
    "eprstmt": lambda: fewclue("eprstmt", "label"),
    "tnews": lambda: fewclue("tnews", "label_desc"),
    "iflytek": lambda: fewclue("iflytek", "label_des"),
    "chineseharm": chineseharm,
    "cold": cold,
    "thucnews_titles": thucnews,
    "chnsenticorp": chnsenticorp,
    "cluener": cluener,
    "afqmc": afqmc,
}
TAGGING = ("cluener",)
"""Sets of entities; their figure is the entity F1."""


def capped(parts: Parts, cap: int | None) -> tuple[Parts, int]:
    """Keep at most ``cap`` training rows and half as many dev rows, drawn with seed 0; test rows stay.

    Returns:
        The parts, and how many training rows there were.
    """
    train, dev, test = parts
    whole = len(train)
    if cap is not None:
        draw = random.Random(0)  # noqa: S311 - a fixed choice
        train = draw.sample(sorted(train), min(cap, len(train)))
        dev = draw.sample(sorted(dev), min(cap // 2, len(dev)))
    return (train, dev, test), whole
