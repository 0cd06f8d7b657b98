"""Answers requests with a saved model."""

import threading
from collections import OrderedDict
from pathlib import Path
from typing import TypedDict

from inkstone.components.nlp import model_io
from inkstone.components.nlp.inference import TextModel, load_model

_CACHED = 4


class Ranked(TypedDict):
    """A class with its probability."""

    label: str
    score: float


class Predictor:
    """A model in memory. Runs ONNX Runtime where the folder has a graph, else torch; safe to call from many threads.

    Args:
        folder: A model folder; every file is checked when it is loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.model: TextModel = load_model(folder)
        self.labels = self.model.labels
        self.pairs = self.model.pairs
        # Tokenizers keep the truncation length as state, and two requests at once gain nothing on the same processors.
        self._lock = threading.Lock()

    def predict(self, texts: list[str], pairs: list[str] | None = None, batch_size: int = 32) -> list[list[Ranked]]:
        """Return the classes of each text, best first.

        Raises:
            InkstoneError: ``predict.pairs_needed``.
        """
        with self._lock:
            found = self.model.predict(texts, pairs, batch_size)
        return [[Ranked(label=item.label, score=item.score) for item in row] for row in found]


_predictors: OrderedDict[str, Predictor] = OrderedDict()
_lock = threading.Lock()


def get_predictor(folder: Path) -> Predictor:
    """Return the predictor of a model folder, loaded once; the least recently used of more than four is dropped."""
    key = f"{folder.resolve()}\0{model_io.read_card(folder).digest}"
    with _lock:
        if key not in _predictors:
            _predictors[key] = Predictor(folder)
        _predictors.move_to_end(key)
        while len(_predictors) > _CACHED:
            _predictors.popitem(last=False)
        return _predictors[key]
