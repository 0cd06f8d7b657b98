"""Tiny cases of the built-in components, one each: what the contract suite runs them on.

A case is a function that takes a ``Bench`` and returns inputs and parameters. A category with many components keeps its
cases in ``tests/components/CATEGORY/contract_cases.py``; the suite finds every file of this name.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from component_context import ComponentContext
from tiny_models import tiny_encoder, two_class_rows, two_class_table

from inkstone.components.artifacts import Artifact, RegisteredModel, Table
from inkstone.components.spec import Source


class Bench:
    """Makes what tiny cases need, once each, below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sources: dict[str, Source] = {}

    @cached_property
    def table(self) -> Table:
        """48 rows of two classes, with the roles text and label."""
        return two_class_table(self.root / "table")

    @cached_property
    def encoder(self) -> str:
        """A pre-trained encoder of 16 units."""
        return str(tiny_encoder(self.root / "encoder"))

    @cached_property
    def baseline(self) -> dict[str, Any]:
        """Outputs of ``train.ngram_baseline``."""
        return self._made("train.ngram_baseline", c=5.0)

    @cached_property
    def network(self) -> dict[str, Any]:
        """Outputs of ``train.text_classification``."""
        return self._made("train.text_classification", encoder=self.encoder, epochs=1.0)

    def file(self, name: str, content: str) -> str:
        """Write an upload and return its reference."""
        path = self.root / name
        path.write_text(content, "utf-8")
        self.sources[f"dataset:{name}"] = Source(path, name)
        return f"dataset:{name}"

    def _made(self, component: str, **params: Any) -> dict[str, Any]:
        context = ComponentContext(self.root / component.replace(".", "-"))
        return context.run(component, {"train": self.table, "dev": self.table}, **params)


Case = Callable[[Bench], tuple[dict[str, Artifact | list[Artifact]], dict[str, Any]]]


def _read_table(bench: Bench) -> Any:
    rows = zip(*two_class_rows(), strict=True)
    return {}, {
        "source": bench.file("rows.csv", "text,label\n" + "".join(f'"{text}",{label}\n' for text, label in rows))
    }


def _register(bench: Bench) -> Any:
    found = [bench.network, bench.baseline]
    return {"models": [item["model"] for item in found], "dev_metrics": [item["metrics"] for item in found]}, {
        "name": "tiny"
    }


def _deploy(bench: Bench) -> Any:
    folder = bench.root / "registered"
    folder.mkdir(exist_ok=True)
    facts = {"name": "tiny", "version": 1, "reason": {"zh": "唯一", "en": "the only one"}}
    return {"registered": RegisteredModel.write(folder, facts)}, {"name": "tiny-live"}


CASES: dict[str, Case] = {
    "data.read_table": _read_table,
    "data.map_columns": lambda bench: ({"table": bench.table}, {"text": "text", "label": "label"}),
    "data.clean": lambda bench: ({"table": bench.table}, {}),
    "data.split": lambda bench: ({"table": bench.table}, {}),
    "train.text_classification": lambda bench: (
        {"train": bench.table, "dev": bench.table},
        {"encoder": bench.encoder, "epochs": 1.0},
    ),
    "train.ngram_baseline": lambda bench: ({"train": bench.table, "dev": bench.table}, {}),
    "evaluate.classification": lambda bench: ({"model": bench.network["model"], "table": bench.table}, {}),
    "predict.batch": lambda bench: ({"model": bench.network["model"], "table": bench.table}, {}),
    "deliver.register_model": _register,
    "deliver.deploy": _deploy,
    "deliver.export": lambda bench: ({"model": bench.baseline["model"], "table": bench.table}, {}),
}
