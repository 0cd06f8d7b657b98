"""The models of this process: each is in memory once, whoever asks it (demo pages, REST by a model's name, files, deployments)."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from inkstone.backend.serving.errors import CLOSED
from inkstone.backend.serving.graphs import with_graph
from inkstone.backend.serving.predictor import Predictor
from inkstone.backend.serving.tagging import TaggingPredictor
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.errors import OTHER_ANSWER
from inkstone.components.nlp.tagging.loading import is_tagger

Answering = Predictor | TaggingPredictor
_KEPT = 4
_Answer = TypeVar("_Answer")


@dataclass
class _Held:
    model: Answering
    times: int = 1


class LoadedModels:
    """Models by folder and digest.

    A deployed model is held until it is released, and answers those who ask by its name as well. Of the others the four used
    last are kept.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._held: dict[str, _Held] = {}
        self._kept: OrderedDict[str, Answering] = OrderedDict()

    def get(self, folder: Path) -> Answering:
        """Return the model of a folder, loaded once.

        Raises:
            InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
        """
        key = _key(folder)
        dropped: list[Answering] = []
        with self._loading_of(key):
            with self._lock:
                if key in self._held:
                    return self._held[key].model
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            made = _load(folder)
            with self._lock:
                self._kept[key] = made
                dropped = [self._kept.popitem(last=False)[1] for _ in range(len(self._kept) - _KEPT)]
        _close(dropped)
        return made

    def hold(self, folder: Path) -> Answering:
        """Return the model of a folder for a deployment: with its graph, warmed up, and not dropped before ``release``."""
        key = _key(folder)
        with self._loading_of(key):
            with self._lock:
                if key in self._held:
                    self._held[key].times += 1
                    return self._held[key].model
            made = _load(with_graph(folder))
            made.engine.warm_up()
            with self._lock:
                self._held[key] = _Held(made)
                without_graph = self._kept.pop(key, None)
        _close([without_graph] if without_graph is not None else [])
        return made

    def release(self, model: Answering) -> None:
        """End a hold; the last one closes the model after it has answered what waits."""
        with self._lock:
            key = next((key for key, held in self._held.items() if held.model is model), None)
            if key is None:
                return
            self._held[key].times -= 1
            if self._held[key].times:
                return
            del self._held[key]
        model.close()

    def _loading_of(self, key: str) -> threading.Lock:
        with self._lock:
            return self._loading.setdefault(key, threading.Lock())


def _key(folder: Path) -> str:
    return f"{folder.resolve()}\0{model_io.read_card(folder).digest}"


def _load(folder: Path) -> Answering:
    tagger = is_tagger(model_io.read_card(folder).task)
    return TaggingPredictor(folder) if tagger else Predictor(folder)


def _close(dropped: list[Answering]) -> None:
    for model in dropped:
        # It may still be answering; what it has taken on is finished.
        threading.Thread(target=model.close, daemon=True).start()


MODELS = LoadedModels()


def get_predictor(folder: Path) -> Predictor:
    """Return the model of a folder that gives one class a text.

    Raises:
        InkstoneError: ``model.other_answer``, or what is wrong with the folder.
    """
    return classifier(MODELS.get(folder))


def classifier(model: Answering) -> Predictor:
    """Return a model that gives one class a text.

    Raises:
        InkstoneError: ``model.other_answer``.
    """
    if isinstance(model, TaggingPredictor):
        raise OTHER_ANSWER(task=model.model.task, wanted="单个类别", wanted_en="one class a text", at="model")
    return model


def ask(folder: Path, call: Callable[[Answering], _Answer]) -> _Answer:
    """Ask the model of a folder; a model that is closed between finding and asking it is loaded again."""
    for _ in range(3):
        try:
            return call(MODELS.get(folder))
        except InkstoneError as problem:
            if problem.code != CLOSED.code:
                raise
    raise CLOSED()
