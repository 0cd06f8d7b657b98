"""Tiny cases of the tagging components for the contract suite."""

from typing import Any

from component_context import ComponentContext, make_table
from entity_parts import entity_table
from label_parts import label_table


def _entities(bench: Any) -> Any:
    folder = bench.root / "entities"
    return entity_table(folder)


def _baseline(bench: Any) -> Any:
    context = ComponentContext(bench.root / "entity-dictionary")
    return context.run("train.entity_baseline", {"train": _entities(bench)}, method="dictionary")["model"]


def _labels(bench: Any) -> Any:
    return label_table(bench.root / "labels")


def _label_baseline(bench: Any) -> Any:
    context = ComponentContext(bench.root / "label-baseline")
    return context.run("train.multilabel_baseline", {"train": _labels(bench)})["model"]


def _keywords(bench: Any) -> Any:
    texts = ["王小明在北京讲授天文课程", "天文台公布了行星照片"] * 4
    roles = {"text": "text", "keywords": "keywords"}
    return make_table(bench.root / "keywords", {"text": texts, "keywords": ["天文", "行星,照片"] * 4}, roles)


def _extractor(bench: Any) -> Any:
    context = ComponentContext(bench.root / "extractor")
    return context.run("tag.keywords", {"table": _keywords(bench)}, method="yake")["model"]


CASES = {
    "tag.keywords": lambda bench: ({"table": _keywords(bench)}, {"method": "textrank"}),
    "train.keyword_extraction": lambda bench: (
        {"train": _keywords(bench)},
        {},
    ),
    "evaluate.keywords": lambda bench: ({"model": _extractor(bench), "table": _keywords(bench)}, {}),
    "tag.compose": lambda bench: ({"entities": _baseline(bench), "keywords": [_extractor(bench)]}, {}),
    "tag.combine_labels": lambda bench: ({"models": [_label_baseline(bench)], "dev": _labels(bench)}, {}),
    "train.multilabel_classification": lambda bench: (
        {"train": _labels(bench), "dev": _labels(bench)},
        {"encoder": bench.encoder, "epochs": 1.0},
    ),
    "train.multilabel_baseline": lambda bench: ({"train": _labels(bench), "dev": _labels(bench)}, {}),
    "evaluate.multilabel": lambda bench: ({"model": _label_baseline(bench), "table": _labels(bench)}, {}),
    "train.sequence_labelling": lambda bench: (
        {"train": _entities(bench), "dev": _entities(bench)},
        {"encoder": bench.encoder, "epochs": 1.0},
    ),
    "train.entity_baseline": lambda bench: ({"train": _entities(bench)}, {"method": "crf"}),
    "evaluate.sequence_labelling": lambda bench: ({"model": _baseline(bench), "table": _entities(bench)}, {}),
}
