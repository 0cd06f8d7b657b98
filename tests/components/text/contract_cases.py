"""Tiny cases of the components of risk control."""

from functools import cache
from typing import Any

from component_context import ComponentContext


@cache
def _combined(bench: Any) -> dict[str, Any]:
    context = ComponentContext(bench.root / "combined")
    return context.run("train.combined_classification", {"train": bench.table}, use_encoder=False, folds=2)


@cache
def _risk(bench: Any) -> dict[str, Any]:
    found = _combined(bench)
    context = ComponentContext(bench.root / "risk")
    return context.run("text.decision_policy", {"model": found["model"], "scored": found["scored"]})


def _lexicon(bench: Any) -> Any:
    source = bench.file("words.csv", "word,category,severity\n微信,广告,block\n彩金,广告,review\n")
    return {"table": bench.table}, {"source": source}


CASES = {
    "text.normalise": lambda bench: ({"table": bench.table}, {}),
    "text.lexicon_match": _lexicon,
    "train.combined_classification": lambda bench: (
        {"train": bench.table, "dev": bench.table},
        {"encoder": bench.encoder, "epochs": 1.0, "folds": 2},
    ),
    "text.decision_policy": lambda bench: (
        {"model": _combined(bench)["model"], "scored": _combined(bench)["scored"]},
        {},
    ),
    "evaluate.decisions": lambda bench: ({"model": _risk(bench)["model"], "table": bench.table}, {}),
    "evaluate.behaviour": lambda bench: ({"model": bench.baseline["model"], "table": bench.table}, {"rows": 12}),
    "evaluate.robustness": lambda bench: ({"model": bench.baseline["model"], "table": bench.table}, {"rows": 12}),
}
