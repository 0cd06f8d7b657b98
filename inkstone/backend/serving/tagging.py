"""Answers requests with tagging models: category, labels, keywords and entities in one schema."""

import threading
from collections import OrderedDict
from pathlib import Path

from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.nlp.tagging.loading import Tagger, load_tagger

_CACHED = 4


class TaggingPredictor:
    """A tagging model in memory; safe to call from many threads.

    Args:
        folder: A model folder; every file is checked when it is loaded.
    """

    def __init__(self, folder: Path) -> None:
        self.model: Tagger = load_tagger(folder)
        # Tokenizers keep the truncation length as state, and two requests at once gain nothing on the same processors.
        self._lock = threading.Lock()

    def answers(self, texts: list[str]) -> list[TagAnswer]:
        """Return one answer a text."""
        with self._lock:
            return self.model.answers(texts)


_predictors: OrderedDict[str, TaggingPredictor] = OrderedDict()
_lock = threading.Lock()


def get_tagger(folder: Path) -> TaggingPredictor:
    """Return the predictor of a model folder, loaded once; the least recently used of more than four is dropped."""
    key = f"{folder.resolve()}\0{model_io.read_card(folder).digest}"
    with _lock:
        if key not in _predictors:
            _predictors[key] = TaggingPredictor(folder)
        _predictors.move_to_end(key)
        while len(_predictors) > _CACHED:
            _predictors.popitem(last=False)
        return _predictors[key]
