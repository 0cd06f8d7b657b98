"""Several multi-label models as one: their log odds, and whether a label's name stands in the text, weighed on dev rows."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel, ConfigDict

from inkstone import paths
from inkstone.components.nlp import metrics, model_io, ngram
from inkstone.components.nlp.errors import TAMPERED
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.tagging.keyword_figures import plain
from inkstone.components.nlp.tagging.label_models import LabelTagger, NgramLabels, TorchLabels
from inkstone.components.nlp.tagging.label_rows import coherent
from inkstone.components.nlp.tagging.loading import load_tagger

if TYPE_CHECKING:
    from collections.abc import Mapping

TASK = "combined_labels"
NAMED = "named"
_TINY = 1e-6


class Pooling(BaseModel):
    """How members are weighed.

    Attributes:
        members: Folders of the members, below the folder of the whole.
        weights: One for each member, then one for ``NAMED``.
        bias: Added to the log odds of every label.
    """

    model_config = ConfigDict(frozen=True)

    members: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float


def log_odds(chances: np.ndarray) -> np.ndarray:
    """Return ``ln(p / (1 - p))``, with p kept off 0 and 1."""
    kept = np.clip(chances, _TINY, 1 - _TINY)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def named(texts: Sequence[str], labels: Sequence[str], separator: str | None) -> np.ndarray:
    """Return 1 where the last level of a label stands in a text (case and width aside), else 0; shape (texts, labels)."""
    names = [plain(label.rpartition(separator)[2] if separator else label) for label in labels]
    folded = [plain(item) for item in texts]
    return np.array([[float(len(name) > 1 and name in item) for name in names] for item in folded]).reshape(
        len(texts), len(labels)
    )


def fit_pooling(evidence: Sequence[np.ndarray], true: np.ndarray) -> tuple[list[float], float]:
    """Return weights (none below zero) and bias that minimise the cross-entropy of ``sigmoid(sum_g w_g e_g + b)``.

    A logarithmic opinion pool (Genest and Zidek 1986) of binary decisions, stacked (Wolpert 1992): few enough numbers for a
    few hundred dev rows.

    Args:
        evidence: Log odds of each member, and ``named``; each of shape (rows, labels).
        true: The same shape, bool.
    """
    from scipy.optimize import minimize

    columns = np.stack([item.ravel() for item in evidence])
    wanted = true.ravel().astype(float)

    def loss(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        values = numbers[:-1] @ columns + numbers[-1]
        gap = metrics.sigmoid(values) - wanted
        slope = np.append(columns @ gap, gap.sum()) / len(wanted)
        return float((np.logaddexp(0, values) - wanted * values).mean()), slope

    start = np.append(np.full(len(columns) - 1, 1 / max(1, len(columns) - 1)), [0.0, 0.0])
    bounds = [(0.0, 20.0)] * len(columns) + [(None, None)]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return [round(float(value), 4) for value in found[:-1]], round(float(found[-1]), 4)


class PooledLabels(LabelTagger):
    """A folder whose card names its members, their weights and the bias."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        super().__init__(folder, card)
        self.pooling = Pooling.model_validate(card.settings["pooling"])
        self.members = [_member(paths.inside(folder, name), threads) for name in self.pooling.members]
        self.parallel = all(member.parallel for member in self.members)
        self.traced = any(member.traced for member in self.members)

    def linear(self) -> list[tuple[ngram.NgramModel, float]]:
        """Return the n-gram models among the members that have a say, with their weights."""
        pairs = zip(self.members, self.pooling.weights, strict=False)
        return [(member.linear, weight) for member, weight in pairs if isinstance(member, NgramLabels) and weight]

    def networks(self) -> list[str]:
        """Return the folders of the members that torch runs."""
        pairs = zip(self.pooling.members, self.members, strict=True)
        return [name for name, member in pairs if isinstance(member, TorchLabels)]

    def scores_of(self, found: Sequence[np.ndarray]) -> np.ndarray:
        """Return the probabilities that ``evidence`` gives, those of parents included; shape (texts, labels)."""
        return coherent(self._pooled(found), self.labels, self.separator)

    def _scores(self, texts: list[str], batch_size: int) -> np.ndarray:
        return self._pooled(evidence(self.members, texts, self.labels, self.separator, batch_size))

    def _pooled(self, found: Sequence[np.ndarray]) -> np.ndarray:
        values = sum(weight * item for weight, item in zip(self.pooling.weights, found, strict=True))
        return metrics.sigmoid(np.asarray(values) + self.pooling.bias)


def evidence(
    members: Sequence[LabelTagger],
    texts: Sequence[str],
    labels: Sequence[str],
    separator: str | None,
    batch_size: int = 32,
) -> list[np.ndarray]:
    """Return what each member says of each label, in the order of ``labels``, and which names stand in the texts."""
    found = []
    read: dict[str | None, list[str]] = {}
    for member in members:
        cleaning = (
            member.card.normalised
        )  # most often the same for all: undoing disguises takes as long as an n-gram model
        if cleaning not in read:
            read[cleaning] = member.cleaned(texts)
        places = [member.labels.index(label) for label in labels]
        found.append(log_odds(member.scores_of_cleaned(read[cleaning], batch_size)[:, places]))
    return [*found, named(texts, labels, separator)]


def save_pooled(folder: Path, labels: Sequence[str], pooling: Pooling, separator: str | None) -> ModelCard:
    """Seal a folder in which the members' folders lie already."""
    settings = {"pooling": pooling.model_dump(mode="json"), "separator": separator}
    return model_io.seal(folder, ModelCard(task=TASK, labels=list(labels), settings=settings))


def _member(folder: Path, threads: int) -> LabelTagger:
    model = load_tagger(folder, threads)
    if not isinstance(model, LabelTagger):
        raise TAMPERED(file=folder.name)
    return model


def load_pooled(folder: Path, card: ModelCard, threads: int = 0) -> PooledLabels:
    """Return the pooled model of a verified folder; each member checks its own files too."""
    return PooledLabels(folder, card, threads)


def weights_by_name(pooling: Pooling) -> "Mapping[str, float]":
    """Return the weights under the members' names."""
    names = [*(Path(member).name for member in pooling.members), NAMED]
    return dict(zip(names, pooling.weights, strict=True))
