"""Tiny cases of the compression components for the contract suite."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "fewshot"))

from component_context import make_table
from fewshot_parts import write_bert
from tiny_models import two_class_rows

_SHORT = {"epochs": 1.0, "precision": "fp32"}


def _masked_encoder(bench: Any) -> str:
    folder = bench.root / "masked-bert"
    return str(folder if (folder / "config.json").is_file() else write_bert(folder))


def _taught(bench: Any) -> dict[str, Any]:
    return {"teacher": bench.network["model"], "train": bench.table, "dev": bench.table}


def _domains(bench: Any) -> Any:
    texts, labels = two_class_rows()
    shops = ["书" if number % 4 < 2 else "水果" for number in range(len(texts))]
    roles = {"text": "text", "label": "label", "group": "shop"}
    return make_table(bench.root / "domains", {"text": texts, "label": labels, "shop": shops}, roles)


CASES = {
    "data.augment": lambda bench: (
        {"table": bench.table, "teacher": bench.baseline["model"]},
        {"encoder": _masked_encoder(bench), "copies": 2},
    ),
    "compress.distil": lambda bench: (_taught(bench), {"encoder": bench.encoder, **_SHORT}),
    "compress.distil_ensemble": lambda bench: (
        {"teachers": [bench.network["model"], bench.baseline["model"]], "train": bench.table, "dev": bench.table},
        {"encoder": bench.encoder, **_SHORT},
    ),
    "compress.prune": lambda bench: (
        {"model": bench.network["model"], "train": bench.table, "dev": bench.table},
        {"heads_kept": 1.0, **_SHORT},
    ),
    "compress.early_exit": lambda bench: ({"model": bench.network["model"], "train": bench.table}, _SHORT),
    "compress.quantise": lambda bench: (
        {"model": bench.network["model"], "table": bench.table},
        # int8 is held against itself in test_quantise; exporting a graph takes long on a slow machine.
        {"agreement": 0.5, "precision": "fp16"},
    ),
    "compress.meta_distil": lambda bench: (
        {"train": _domains(bench)},
        {"encoder": bench.encoder, "teacher_encoder": bench.encoder, **_SHORT},
    ),
    "compare.compression": lambda bench: (
        {"teacher": bench.network["model"], "models": [bench.baseline["model"]], "dev": bench.table},
        {"requests": 0},
    ),
}
