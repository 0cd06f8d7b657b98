"""Saved multi-label models: a network, or one logistic regression a label."""

from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.artifacts import write_json
from inkstone.components.data.normalise import Normaliser
from inkstone.components.nlp import metrics, model_io, ngram
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.onnx_session import ONNX, open_graph
from inkstone.components.nlp.tagging.answers import Ranked, TagAnswer
from inkstone.components.nlp.tagging.label_rows import coherent
from inkstone.components.nlp.tagging.loading import Tagger

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.multilabel import MultilabelClassification
    from inkstone.components.nlp.task import Batch

THRESHOLDS = "thresholds.json"
BASELINE = "multilabel_baseline"


class LabelTagger(Tagger):
    """A model that gives every text a probability for each label.

    Attributes:
        thresholds: Shape (labels,): a label is given from there on.
        traced: Whether it has a network that a graph can stand for.
    """

    traced = False

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.separator: str | None = card.settings.get("separator")
        self._normalise = Normaliser.from_json(card.normalised)
        self.thresholds = np.full(len(card.labels), 0.5)
        if THRESHOLDS in card.files:
            self.thresholds = np.array(model_io.read_json(folder, THRESHOLDS), dtype=np.float64)

    @abstractmethod
    def _scores(self, texts: list[str], batch_size: int) -> np.ndarray: ...

    def scores(self, texts: Sequence[str], batch_size: int = 32) -> np.ndarray:
        """Return probabilities of shape (texts, labels)."""
        return self.scores_of_cleaned(self.cleaned(texts), batch_size)

    def cleaned(self, texts: Sequence[str]) -> list[str]:
        """Return texts as ``data.clean`` and ``text.normalise`` made those of training."""
        return [self._normalise(item) for item in texts] if self._normalise else list(texts)

    def scores_of_cleaned(self, texts: list[str], batch_size: int = 32) -> np.ndarray:
        """Return what ``scores`` gives, for texts that ``cleaned`` gave."""
        if not texts:
            return np.zeros((0, len(self.labels)))
        return coherent(self._scores(texts, batch_size), self.labels, self.separator)

    def given(self, scores: np.ndarray) -> np.ndarray:
        """Return which labels are given, parents included, shape (texts, labels)."""
        over = (scores >= self.thresholds).astype(float)
        return coherent(over, self.labels, self.separator) > 0

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return the labels of each text, best first."""
        scores = self.scores(texts, batch_size)
        answers = []
        for row, given in zip(scores, self.given(scores), strict=True):
            places = sorted(np.flatnonzero(given), key=lambda place: -row[place])
            found = [Ranked(pred=self.labels[place], prob=round(float(row[place]), 6)) for place in places]
            answers.append(TagAnswer(labels=found))
        return answers


class NeuralLabels(LabelTagger):
    """A network. Texts of similar length share a batch."""

    network: "MultilabelClassification"

    @abstractmethod
    def _logits(self, batch: "Batch") -> np.ndarray: ...

    def _scores(self, texts: list[str], batch_size: int) -> np.ndarray:
        ids = self.network.encode(texts)["input_ids"]
        logits = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        order = sorted(range(len(ids)), key=lambda place: len(ids[place]))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            batch = self.network.collate([{"input_ids": ids[place]} for place in chosen])
            logits[chosen] = self._logits(batch)
        return self.network.chances(logits)


class TorchLabels(NeuralLabels):
    """Run by torch, on the GPU where there is one."""

    traced = True

    def __init__(self, folder: Path, card: ModelCard) -> None:
        import torch

        from inkstone.components.nlp.tagging.multilabel import MultilabelClassification

        super().__init__(folder, card)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network, model = MultilabelClassification.load(folder)
        self.model = model.to(self.device)

    def _logits(self, batch: "Batch") -> np.ndarray:
        moved = {name: tensor.to(self.device) for name, tensor in batch.items()}
        return self.network.predict(self.model, moved)["logits"]


class OnnxLabels(NeuralLabels):
    """Run by ONNX Runtime: a folder with ``model.onnx`` in the place of the weights."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        from inkstone.components.nlp.tagging.multilabel import LabelSettings, MultilabelClassification

        super().__init__(folder, card)
        self.parallel = threads == 1
        self.session = open_graph(folder / ONNX, threads)
        self.network = MultilabelClassification(
            LabelSettings(encoder=str(folder), random_weights=True, **card.settings)
        )

    def _logits(self, batch: "Batch") -> np.ndarray:
        found: np.ndarray = self.session.run(None, {name: value.numpy() for name, value in batch.items()})[0]
        return found


class NgramLabels(LabelTagger):
    """n-gram TF-IDF under one logistic regression a label."""

    parallel = True

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(folder, card)
        arrays = {name: item.numpy() for name, item in model_io.load_weights(folder / model_io.WEIGHTS).items()}
        sizes: dict[str, Any] = {name: card.settings[name] for name in ("analyzer", "shortest", "longest")}
        terms = model_io.read_json(folder, "vocabulary.json")
        self.linear = ngram.NgramModel(labels=card.labels, terms=terms, **sizes | arrays)

    def _scores(self, texts: list[str], batch_size: int) -> np.ndarray:
        return metrics.sigmoid(self.linear.margins(texts))


def keep_thresholds(folder: Path, thresholds: np.ndarray) -> ModelCard:
    """Put thresholds into a model folder and seal it anew."""
    write_json(folder / THRESHOLDS, [round(float(value), 6) for value in thresholds])
    return model_io.seal(folder, model_io.read_card(folder))


def load_labeller(folder: Path, card: ModelCard, threads: int = 0) -> NeuralLabels:
    """Return the network of a verified folder."""
    return OnnxLabels(folder, card, threads) if ONNX in card.files else TorchLabels(folder, card)


def load_baseline(folder: Path, card: ModelCard, threads: int = 0) -> NgramLabels:
    """Return the baseline of a verified folder."""
    return NgramLabels(folder, card)
