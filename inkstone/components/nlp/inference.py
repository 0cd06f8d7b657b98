"""Loads saved models for prediction: neural and n-gram models behind one face."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inkstone.components.data.normalise import Normaliser
from inkstone.components.nlp import metrics, model_io, ngram
from inkstone.components.nlp.errors import NOT_A_MODEL, PAIRS_NEEDED
from inkstone.components.nlp.model_io import ModelCard

NEURAL_TASKS = {
    "text_classification": "inkstone.components.nlp.text_classification:TextClassification",
    "prompt_classification": "inkstone.components.nlp.fewshot.prompt_classification:PromptClassification",
    "contrastive_prompt": "inkstone.components.nlp.fewshot.contrastive_prompt:ContrastivePrompt",
}
"""Name of a task to its class, which has ``load(folder) -> (task, network)``."""


class Scored(NamedTuple):
    """A class with its probability."""

    label: str
    score: float


class TextModel(ABC):
    """A saved model that gives every text a score for each class.

    Attributes:
        card: What the model folder says about itself.
        labels: Class names in the order of the scores.
        task: Name of the task.
    """

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.labels = card.labels
        self.task = card.task
        self._normalise = Normaliser.from_json(card.normalised)

    @property
    def pairs(self) -> bool:
        """Whether it judges pairs of texts."""
        return bool(self.card.settings.get("pairs"))

    @abstractmethod
    def _scores(self, texts: list[str], pairs: list[str] | None, batch_size: int) -> "np.ndarray": ...

    def scores(self, texts: list[str], pairs: list[str] | None = None, batch_size: int = 32) -> "np.ndarray":
        """Return probabilities of shape (texts, classes), after cleaning the texts as the training texts were.

        Raises:
            InkstoneError: ``predict.pairs_needed``.
        """
        if self.pairs and pairs is None:
            raise PAIRS_NEEDED()
        if not texts:
            return np.zeros((0, len(self.labels)))
        seconds = self._cleaned(pairs) if self.pairs and pairs is not None else None
        return self._scores(self._cleaned(texts), seconds, batch_size)

    def _cleaned(self, texts: list[str]) -> list[str]:
        return [self._normalise(item) for item in texts] if self._normalise else texts

    def predict(self, texts: list[str], pairs: list[str] | None = None, batch_size: int = 32) -> list[list[Scored]]:
        """Return the classes of each text, best first."""
        return [ranked(row, self.labels) for row in self.scores(texts, pairs, batch_size)]


def ranked(scores: "np.ndarray", labels: Sequence[str]) -> list[Scored]:
    """Return the classes of one text, best first; equal scores keep the order of the classes."""
    return [Scored(labels[number], float(scores[number])) for number in np.argsort(-scores, kind="stable")]


def sorted_batches(
    encoded: Mapping[str, list[list[int]]], batch_size: int
) -> Iterator[tuple[list[int], list[dict[str, list[int]]]]]:
    """Yield positions and encoded rows in batches of similar length, so that little is padded."""
    rows = [dict(zip(encoded, values, strict=True)) for values in zip(*encoded.values(), strict=True)]
    order = sorted(range(len(rows)), key=lambda index: len(rows[index]["input_ids"]))
    for start in range(0, len(rows), batch_size):
        chosen = order[start : start + batch_size]
        yield chosen, [rows[index] for index in chosen]


class NgramText(TextModel):
    """An n-gram baseline."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.model = ngram.NgramModel.load(folder)

    def _scores(self, texts: list[str], pairs: list[str] | None, batch_size: int) -> "np.ndarray":
        return self.model.scores(texts, pairs)


class NeuralText(TextModel):
    """A network run by torch, on the GPU where there is one. Batches are sorted by length."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        import torch

        super().__init__(card)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        module, name = NEURAL_TASKS[card.task].split(":")
        loaded = getattr(import_module(module), name).load(folder)
        self.network = loaded[0]
        self.model = loaded[1].to(self.device)

    def _scores(self, texts: list[str], pairs: list[str] | None, batch_size: int) -> "np.ndarray":
        logits = np.zeros((len(texts), len(self.labels)), dtype=np.float32)
        for chosen, rows in sorted_batches(self.network.encode(texts, pairs), batch_size):
            moved = {name: tensor.to(self.device) for name, tensor in self.network.collate(rows).items()}
            logits[chosen] = self.network.predict(self.model, moved)["logits"]
        return metrics.softmax(logits.astype(np.float64))


def load_model(folder: Path) -> TextModel:
    """Return the model of a folder after checking every file of it.

    Raises:
        InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
    """
    card = model_io.verify(folder)
    if card.task == ngram.TASK:
        return NgramText(folder, card)
    if card.task == "text_classification" and "model.onnx" in card.files:
        from inkstone.components.nlp.onnx_model import OnnxText

        return OnnxText(folder, card)
    if card.task in NEURAL_TASKS:
        return NeuralText(folder, card)
    raise NOT_A_MODEL(folder=folder.name)
