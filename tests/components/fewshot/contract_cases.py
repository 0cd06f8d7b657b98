"""Tiny cases of the few-shot components for the contract suite."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from fewshot_parts import LABELS, SMALL, TEXTS, rows_of, table_of, write_bert

from inkstone.components.nlp.fewshot.folds import as_table


def _inputs(bench: Any) -> dict[str, Any]:
    return {"train": table_of(bench.root / "few-shot-reviews", TEXTS, LABELS)}


def _unlabelled(bench: Any) -> Any:
    return as_table(rows_of(["手机很好", "物流很差", "屏幕很慢", "很满意的"], None), [], bench.root / "few-shot-texts")


def _params(bench: Any, **further: Any) -> dict[str, Any]:
    folder = bench.root / "few-shot-bert"
    encoder = folder if (folder / "config.json").is_file() else write_bert(folder)
    return {**SMALL, "encoder": str(encoder), **further}


CASES = {
    "fewshot.pet": lambda bench: (_inputs(bench), _params(bench)),
    "fewshot.ptuning": lambda bench: (_inputs(bench), _params(bench)),
    "fewshot.combined": lambda bench: (_inputs(bench), _params(bench)),
    "fewshot.cptuning": lambda bench: (_inputs(bench), _params(bench)),
    "fewshot.contrastive": lambda bench: (_inputs(bench), _params(bench)),
    "fewshot.zero_shot": lambda bench: ({"table": _inputs(bench)["train"]}, _params(bench)),
    "fewshot.auto_prompt": lambda bench: (_inputs(bench), _params(bench, keep=1, rounds=1)),
    "fewshot.self_training": lambda bench: (
        {**_inputs(bench), "unlabelled": _unlabelled(bench)},
        _params(bench, method="contrastive", members=1),
    ),
    "fewshot.select_rows": lambda bench: (
        {"model": bench.baseline["model"], "unlabelled": _unlabelled(bench)},
        {"count": 2},
    ),
    "compare.few_shot": lambda bench: (
        _inputs(bench),
        _params(bench, folds=2, pet=False, ptuning=False, combined=False, contrastive=False, epochs=1),
    ),
}
