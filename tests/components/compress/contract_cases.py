"""Tiny cases of the compression components for the contract suite."""

from typing import Any

_SHORT = {"epochs": 1.0, "precision": "fp32"}


def _taught(bench: Any) -> dict[str, Any]:
    return {"teacher": bench.network["model"], "train": bench.table, "dev": bench.table}


CASES = {
    "compress.distil": lambda bench: (_taught(bench), {"encoder": bench.encoder, **_SHORT}),
}
