"""Loads saved models for prediction: neural and n-gram models behind one face."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from inkstone.components.data.normalise import Normaliser
from inkstone.components.nlp import metrics, model_io, ngram
from inkstone.components.nlp.errors import NOT_A_MODEL, PAIRS_NEEDED
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.tagging.errors import OTHER_ANSWER
from inkstone.components.nlp.tagging.loading import is_tagger

NEURAL_TASKS = {
    "text_classification": "inkstone.components.nlp.text_classification:TextClassification",
    "prompt_classification": "inkstone.components.nlp.fewshot.prompt_classification:PromptClassification",
    "early_exit": "inkstone.components.nlp.compression.early_exit:EarlyExit",
    "contrastive_prompt": "inkstone.components.nlp.fewshot.contrastive_prompt:ContrastivePrompt",
}
"""Name of a task to its class, which has ``load(folder) -> (task, network)``."""
GRAPH_TASKS = frozenset({"text_classification", "prompt_classification", "contrastive_prompt"})
"""Tasks whose networks can be written as a graph."""

COMPOSED_TASKS = {
    "combined_classification": "inkstone.components.nlp.combined:CombinedText",
    "risk_control": "inkstone.components.nlp.risk.model:RiskText",
}
"""Name of a task to the text model that holds other models."""

Row = Mapping[str, Any]
"""What a model makes of one text, ready for a batch."""


class Scored(NamedTuple):
    """A class with its probability.

    Attributes:
        label: The class.
        score: Its probability.
        decision: ``pass``, ``review`` or ``block``: on the first class of a text, where the model has a policy.
        threshold: The threshold that decided.
    """

    label: str
    score: float
    decision: str | None = None
    threshold: float | None = None


class TextModel(ABC):
    """A saved model that gives every text a score for each class.

    Attributes:
        card: What the model folder says about itself.
        labels: Class names in the order of the scores.
        task: Name of the task.
        parallel: Whether ``forward`` uses one core, so that several threads gain by calling it at once.
    """

    parallel = False

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.labels = card.labels
        self.task = card.task
        self._normalise = Normaliser.from_json(card.normalised)

    @property
    def pairs(self) -> bool:
        """Whether it judges pairs of texts."""
        return bool(self.card.settings.get("pairs"))

    @property
    def decides(self) -> bool:
        """Whether it has a policy: thresholds from which on a class counts."""
        return False

    @abstractmethod
    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return the input of ``forward`` for each text: token ids where the model has tokens."""

    @abstractmethod
    def forward(self, rows: Sequence[Row]) -> "np.ndarray":
        """Return probabilities of shape (rows, classes) for one batch; from several threads at once."""

    def rows(self, texts: list[str], pairs: list[str] | None = None) -> list[Row]:
        """Clean the texts as the training texts were, and encode them.

        Raises:
            InkstoneError: ``predict.pairs_needed``.
        """
        if self.pairs and pairs is None:
            raise PAIRS_NEEDED()
        if not texts:
            return []
        seconds = self._cleaned(pairs) if self.pairs and pairs is not None else None
        return self.encode(self._cleaned(texts), seconds)

    def scores(self, texts: list[str], pairs: list[str] | None = None, batch_size: int = 32) -> "np.ndarray":
        """Return probabilities of shape (texts, classes).

        Raises:
            InkstoneError: ``predict.pairs_needed``.
        """
        found = np.zeros((len(texts), len(self.labels)))
        for chosen, rows in sorted_batches(self.rows(texts, pairs), batch_size):
            found[chosen] = self.forward(rows)
        return found

    def _cleaned(self, texts: list[str]) -> list[str]:
        return [self._normalise(item) for item in texts] if self._normalise else texts

    def predict(self, texts: list[str], pairs: list[str] | None = None, batch_size: int = 32) -> list[list[Scored]]:
        """Return the classes of each text, best first."""
        return self.answers(texts, self.scores(texts, pairs, batch_size))

    def answers(self, texts: Sequence[str], scores: "np.ndarray") -> list[list[Scored]]:
        """Return the classes of each text whose scores are known, best first; a policy puts what it decides for first."""
        return [ranked(row, self.labels) for row in scores]


def ranked(scores: "np.ndarray", labels: Sequence[str]) -> list[Scored]:
    """Return the classes of one text, best first; equal scores keep the order of the classes."""
    return [Scored(labels[number], float(scores[number])) for number in np.argsort(-scores, kind="stable")]


def size(row: Row) -> int:
    """Return how many tokens a row has: its ``length`` where it tells one, 1 where the model has no tokens."""
    length: int | None = row.get("length")
    return len(row.get("input_ids", (0,))) if length is None else length


def sorted_batches(rows: Sequence[Row], batch_size: int) -> Iterator[tuple[list[int], list[Row]]]:
    """Yield positions and rows in batches of similar length, so that little is padded."""
    order = sorted(range(len(rows)), key=lambda index: size(rows[index]))
    for start in range(0, len(rows), batch_size):
        chosen = order[start : start + batch_size]
        yield chosen, [rows[index] for index in chosen]


def split_columns(encoded: Mapping[str, Sequence[Any]]) -> list[Row]:
    """Turn columns into rows."""
    return [dict(zip(encoded, values, strict=True)) for values in zip(*encoded.values(), strict=True)]


class NgramText(TextModel):
    """An n-gram baseline."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        super().__init__(card)
        self.model = ngram.NgramModel.load(folder)

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return texts as they are; vectors are made a batch at a time."""
        return split_columns({"text": texts, "pair": pairs if pairs is not None else [None] * len(texts)})

    def forward(self, rows: Sequence[Row]) -> "np.ndarray":
        """Return probabilities of shape (rows, classes)."""
        pairs = [row["pair"] for row in rows] if self.pairs else None
        return self.model.scores([row["text"] for row in rows], pairs)


class NeuralText(TextModel):
    """A network run by torch, on the GPU where there is one."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        import torch

        super().__init__(card)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        loaded = neural_task(card.task).load(folder)
        self.network = loaded[0]
        self.model = loaded[1].to(self.device)

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return token ids."""
        return split_columns(self.network.encode(texts, pairs))

    def forward(self, rows: Sequence[Row]) -> "np.ndarray":
        """Return probabilities of shape (rows, classes)."""
        moved = {name: tensor.to(self.device) for name, tensor in self.network.collate(rows).items()}
        with self._precision():
            logits = self.network.predict(self.model, moved)["logits"]
        return metrics.softmax(logits.astype(np.float64) / temperature(self.card))

    def _precision(self) -> AbstractContextManager[Any]:
        """Compute in the precision that a quantised model asks for; fp16 only on a GPU, as processors lack it."""
        import torch

        wanted = getattr(self.card, "precision", None)
        if wanted == "bf16" or (wanted == "fp16" and self.device.type == "cuda"):
            return torch.autocast(self.device.type, torch.bfloat16 if wanted == "bf16" else torch.float16)
        return nullcontext()


def neural_task(name: str) -> Any:
    """Return the class of a task that a network does."""
    module, attribute = NEURAL_TASKS[name].split(":")
    return getattr(import_module(module), attribute)


def temperature(card: ModelCard) -> float:
    """Return what the logits of a calibrated model are divided by; 1 for others."""
    return float(card.settings.get("temperature", 1.0))


def load_model(folder: Path, threads: int = 0) -> TextModel:
    """Return the model of a folder after checking every file of it.

    Args:
        folder: A model folder.
        threads: Cores for one batch of a graph; 0 is all of them.

    Raises:
        InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
    """
    card = model_io.verify(folder)
    if card.task == ngram.TASK:
        return NgramText(folder, card)
    if card.task in GRAPH_TASKS and ONNX in card.files:
        from inkstone.components.nlp.onnx_model import OnnxText

        return OnnxText(folder, card, threads)
    if card.task in NEURAL_TASKS:
        return NeuralText(folder, card)
    if card.task in COMPOSED_TASKS:
        module, name = COMPOSED_TASKS[card.task].split(":")
        composed: TextModel = getattr(import_module(module), name)(folder, card)
        return composed
    if is_tagger(card.task):
        raise OTHER_ANSWER(task=card.task, wanted="单个类别", wanted_en="one class a text", at="model")
    raise NOT_A_MODEL(folder=folder.name)
