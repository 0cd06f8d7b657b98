"""Several classifiers as one: the weighted product of their probabilities, with weights fitted on unseen rows."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone import paths
from inkstone.components.artifacts import write_json
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.errors import TAMPERED
from inkstone.components.nlp.inference import Row, TextModel, load_model
from inkstone.components.nlp.model_io import ModelCard

TASK = "combined_classification"
_FILE = "combined.json"
_TINY = 1e-9


class Group(BaseModel):
    """Models of one kind, whose probabilities are averaged.

    Attributes:
        name: Such as ``char``, ``sound`` or ``encoder``.
        members: Folders of the models, below the folder of the whole.
        weight: Exponent of its probabilities.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    members: tuple[str, ...]
    weight: float


def pool(probabilities: "Sequence[np.ndarray]", weights: Sequence[float]) -> "np.ndarray":
    """Return ``softmax(sum_g w_g log p_g)``, the logarithmic opinion pool (Genest and Zidek 1986).

    Args:
        probabilities: One array of shape (rows, classes) for each group.
        weights: One for each group; together they need not make one, so that they calibrate as well.
    """
    total = sum(weight * np.log(np.clip(item, _TINY, 1.0)) for weight, item in zip(weights, probabilities, strict=True))
    return metrics.softmax(np.asarray(total))


def fit_weights(probabilities: "Sequence[np.ndarray]", true: "np.ndarray") -> list[float]:
    """Return the weights, none below zero, that minimise the cross-entropy of ``pool`` on rows that no model learned from.

    A stacked generalisation (Wolpert 1992) with one weight a model: few enough to fit on a few hundred rows.
    """
    from scipy.optimize import minimize

    logs = np.stack([np.log(np.clip(item, _TINY, 1.0)) for item in probabilities])
    rows = np.arange(len(true))

    def loss(weights: "np.ndarray") -> "tuple[float, np.ndarray]":
        logits = np.tensordot(weights, logs, axes=1)
        shares = metrics.softmax(logits)
        value = -np.log(np.clip(shares[rows, true], _TINY, 1.0)).mean()
        slope = np.array([((shares * item).sum(axis=1) - item[rows, true]).mean() for item in logs])
        return float(value), slope

    start = np.full(len(logs), 1.0 / len(logs))
    found = minimize(loss, start, jac=True, bounds=[(0.0, 20.0)] * len(logs), method="L-BFGS-B")
    return [round(float(weight), 4) for weight in found.x]


def save_combined(
    folder: Path, groups: Sequence[Group], labels: Sequence[str], pairs: bool = False, **facts: Any
) -> ModelCard:
    """Seal a folder in which the members' folders lie already."""
    write_json(folder / _FILE, {"groups": [group.model_dump(mode="json") for group in groups]})
    write_json(folder / "labels.json", list(labels))
    settings = {"weights": {group.name: group.weight for group in groups}, "pairs": pairs}
    return model_io.seal(folder, ModelCard(task=TASK, labels=list(labels), settings=settings, **facts))


class CombinedText(TextModel):
    """A folder with ``combined.json`` and the members' folders."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        try:
            data = json.loads((folder / _FILE).read_text("utf-8"))
            self.groups = [Group.model_validate(item) for item in data["groups"]]
        except (OSError, ValueError, KeyError) as error:
            raise TAMPERED(file=_FILE) from error
        self.models = [[load_model(paths.inside(folder, name)) for name in group.members] for group in self.groups]

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return the rows of every group; token ids, where one has them, also stand on their own for batches by length."""
        parts = [models[0].rows(texts, pairs) for models in self.models]
        rows: list[Row] = []
        for row in zip(*parts, strict=True):
            ids: Mapping[str, Any] = next((part for part in row if "input_ids" in part), {})
            found: dict[str, Any] = {"parts": row}
            rows.append(found | {"input_ids": ids["input_ids"]} if ids else found)
        return rows

    def forward(self, rows: Sequence[Row]) -> "np.ndarray":
        """Return probabilities of shape (rows, classes)."""
        found = []
        for number, models in enumerate(self.models):
            own = [row["parts"][number] for row in rows]
            found.append(np.mean([model.forward(own) for model in models], axis=0))
        return pool(found, [group.weight for group in self.groups])
