"""The sets of the tagging benchmark, read from the folder that INKSTONE_DATA names (default ../shared/data).

toutiao: all distinct titles of the five files; the test rows are those of toutiao_cat_data.test, the rest is for training, a tenth
of it chooses the checkpoint. toutiao_tags: of these the titles that have at least one of the tags that occur 20 times or more.
toutiao_keywords: of these the titles that have keywords. msra_ner: dev.txt is the usual test. The others: see ``encoder_sets``.
"""

import csv
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

from encoder_sets import DATA, SETS, lines, with_dev

from inkstone.components.data.readers.entity_text import as_row

Rows = list[dict[str, Any]]
Parts = tuple[Rows, Rows, Rows]
LEAST = 20


def toutiao() -> Parts:
    """Return the titles with category and keywords."""
    folder = DATA / "toutiao_titles"
    found: dict[str, dict[str, dict[str, Any]]] = {"train": {}, "test": {}}
    for name, side in (("test", "test"), ("dev", "train")):
        for line in lines(folder / f"toutiao_cat_data.{name}.txt"):
            _, _, category, title, keywords = line.split("_!_")
            found[side].setdefault(title, _row(title, category, keywords))
    for name in ("train", "dev", "test"):
        with (folder / f"lst_{name}.csv").open(encoding="utf-8", newline="") as file:
            for item in csv.DictReader(file):
                found["train"].setdefault(item["text"], _row(item["text"], item["label"], item["keywords"]))
    train = [row for title, row in found["train"].items() if title not in found["test"]]
    return _split(train, list(found["test"].values()))


def _row(title: str, category: str, keywords: str) -> dict[str, Any]:
    words = [word.strip() for word in keywords.split(",") if word.strip()]
    return {"text": title, "label": category, "keywords": list(dict.fromkeys(words))}


def _split(train: Rows, test: Rows) -> Parts:
    cut = with_dev([(json.dumps(row, ensure_ascii=False, sort_keys=True),) for row in train], [])
    first, second = ([json.loads(row[0]) for row in part] for part in cut[:2])
    return first, second, test


def toutiao_tags() -> Parts:
    """Return the titles with their tags."""
    parts = toutiao()
    counts = Counter(word for part in parts for row in part for word in row["keywords"])
    kept = {word for word, count in counts.items() if count >= LEAST}

    def tagged(rows: Rows) -> Rows:
        made = [{"text": row["text"], "labels": [word for word in row["keywords"] if word in kept]} for row in rows]
        return [row for row in made if row["labels"]]

    return tagged(parts[0]), tagged(parts[1]), tagged(parts[2])


def toutiao_keywords() -> Parts:
    """Return the titles with their keywords."""
    train, dev, test = ([row for row in part if row["keywords"]] for part in toutiao())
    return train, dev, test


def msra_ner() -> Parts:
    """Return the sentences with their entities."""
    sides: dict[str, Rows] = {}
    for name in ("train", "dev"):
        sides[name] = []
        for block in (DATA / "msra_ner" / f"{name}.txt").read_text("utf-8").split("\n\n"):
            pairs = [line.split() for line in block.splitlines() if line.strip()]
            if pairs:
                text, cell = as_row([pair[0] for pair in pairs], [pair[-1] for pair in pairs])
                sides[name].append({"text": text, "entities": cell})
    return _split(sides["train"], sides["dev"])


def _named(name: str, column: str) -> Callable[[], Parts]:
    def read() -> Parts:
        train, dev, test = ([{"text": row[0], column: row[-1]} for row in part] for part in SETS[name]())
        return train, dev, test

    return read


TAGGING_SETS: dict[str, tuple[str, Callable[[], Parts]]] = {
    "iflytek": ("label", _named("iflytek", "label")),
    "thucnews_titles": ("label", _named("thucnews_titles", "label")),
    "toutiao": ("label", toutiao),
    "toutiao_tags": ("labels", toutiao_tags),
    "toutiao_keywords": ("keywords", toutiao_keywords),
    "cluener": ("entities", _named("cluener", "entities")),
    "msra_ner": ("entities", msra_ner),
}
"""Set to what it asks for and how it is read."""
