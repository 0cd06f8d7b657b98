"""Tiny cases of the compression components for the contract suite."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "fewshot"))

from fewshot_parts import write_bert

_SHORT = {"epochs": 1.0, "precision": "fp32"}


def _masked_encoder(bench: Any) -> str:
    folder = bench.root / "masked-bert"
    return str(folder if (folder / "config.json").is_file() else write_bert(folder))


def _taught(bench: Any) -> dict[str, Any]:
    return {"teacher": bench.network["model"], "train": bench.table, "dev": bench.table}


CASES = {
    "data.augment": lambda bench: (
        {"table": bench.table, "teacher": bench.baseline["model"]},
        {"encoder": _masked_encoder(bench), "copies": 2},
    ),
    "compress.distil": lambda bench: (_taught(bench), {"encoder": bench.encoder, **_SHORT}),
}
