"""The sets of the few-shot benchmark, read from the folder that INKSTONE_DATA names."""

import json
import os
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inkstone.components.nlp.rows import TextRows

TNEWS = {
    "news_story": "故事", "news_culture": "文化", "news_entertainment": "娱乐", "news_sports": "体育", "news_finance": "财经",
    "news_house": "房产", "news_car": "汽车", "news_edu": "教育", "news_tech": "科技", "news_military": "军事",
    "news_travel": "旅游", "news_world": "国际", "news_stock": "股票", "news_agriculture": "农业", "news_game": "游戏",
}  # fmt: skip
"""What each class is called in plain words."""
TREC = ("abbreviation", "thing", "description", "person", "place", "number")
SETS = ("eprstmt-32", "eprstmt-160", "tnews-240", "tnews-all", "iflytek-928", "trec-16", "sst2-16")
MOST_ENGLISH_TEST_ROWS = 1000


@dataclass(frozen=True)
class Few:
    """A few labelled rows, and what they are judged on.

    Attributes:
        train: The labelled rows.
        test: Rows to judge on.
        words: Label words, where class names are codes.
        unlabelled: Further texts.
    """

    train: TextRows
    test: TextRows
    words: dict[str, list[str]]
    unlabelled: list[str]


def data_root() -> Path:
    """Return the folder of the real data."""
    return Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")


def load(name: str, seed: int, split: str, unlabelled: int) -> Few:
    """Return a set.

    Args:
        name: One of ``SETS``, or such as ``trec-8``.
        seed: The published fold of FewCLUE (five of them), or the seed of the draw.
        split: ``test``: ``test_public`` (FewCLUE) or the test rows; ``dev``: rows that no reported figure is made of.
        unlabelled: Further texts at most.
    """
    base, _, size = name.partition("-")
    reader: Callable[[str, str, int, str], Few] = _english if base in {"trec", "sst2"} else _fewclue
    few = reader(base, size, seed, split)
    return Few(few.train, few.test, few.words, few.unlabelled[:unlabelled])


def _rows(pairs: list[tuple[str, str]]) -> TextRows:
    return TextRows(list(range(len(pairs))), [text for text, _ in pairs], None, [label for _, label in pairs])


def _fewclue(name: str, size: str, seed: int, split: str) -> Few:
    folder = data_root() / "fewclue" / name
    key = {"iflytek": "label_des", "tnews": "label_desc"}.get(name, "label")

    def lines(file: str) -> list[dict[str, str]]:
        return [json.loads(line) for line in (folder / file).read_text("utf-8").split("\n") if line.strip()]

    def read(file: str) -> list[tuple[str, str]]:
        return [(item["sentence"], str(item[key])) for item in lines(file)]

    train = read("train_few_all.json" if size in {"all", "160"} else f"train_{seed % 5}.json")
    words = {label: [TNEWS[label]] for label in dict.fromkeys(label for _, label in train)} if name == "tnews" else {}
    further = lines("unlabeled.json") if (folder / "unlabeled.json").is_file() else []
    test = read("dev_few_all.json" if split == "dev" else "test_public.json")
    return Few(_rows(train), _rows(test), words, [item["sentence"] for item in further])


def _english(name: str, size: str, seed: int, split: str) -> Few:
    folder = data_root() / "english_cls"

    def read(file: str) -> list[tuple[str, str]]:
        found = [line.partition(" ") for line in (folder / file).read_text("latin-1").splitlines()]
        return [(text, label.split(":")[0]) for label, _, text in found]

    files = ("TREC.train.all", "TREC.test.all") if name == "trec" else ("stsa.binary.train", "stsa.binary.test")
    everything, test = map(read, files)
    random = np.random.default_rng(seed)
    by_class: dict[str, list[str]] = defaultdict(list)
    for index in random.permutation(len(everything)):
        by_class[everything[index][1]].append(everything[index][0])
    each = int(size)
    train = [(text, label) for label, texts in sorted(by_class.items()) for text in texts[:each]]
    unlabelled = [text for texts in by_class.values() for text in texts[each : each + 500]]
    if split == "dev":
        test = [(text, label) for label, texts in by_class.items() for text in texts[each + 500 : each + 700]]
    chosen = np.random.default_rng(0).permutation(len(test))[:MOST_ENGLISH_TEST_ROWS]
    words = {"0": ["bad", "terrible"], "1": ["good", "great"]}
    if name == "trec":
        words = {label: [word] for label, word in zip(sorted(by_class), TREC, strict=True)}
    return Few(_rows(train), _rows([test[index] for index in chosen]), words, unlabelled)
