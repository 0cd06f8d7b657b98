"""Answers requests with a saved model; the demo, REST, the command line and files share one engine a model."""

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

from inkstone.backend.serving.engine import Engine, Limits
from inkstone.backend.serving.graphs import load_for_serving
from inkstone.components.nlp.inference import Scored, TextModel


class Ranked(TypedDict):
    """A class with its probability; the first class of a text bears the decision where the model has a policy."""

    label: str
    score: float
    decision: NotRequired[str]
    threshold: NotRequired[float]


class Predictor:
    """A model in memory. Runs ONNX Runtime where the folder has a graph, else torch; safe to call from many threads.

    Args:
        folder: A model folder; every file is checked when it is loaded.
        limits: How its engine works.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.model: TextModel = load_for_serving(folder)
        self.labels = self.model.labels
        self.pairs = self.model.pairs
        self.engine = Engine(self.model, limits)

    def predict(
        self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, patient: bool = True
    ) -> list[list[Ranked]]:
        """Return the classes of each text, best first; a model with a policy puts the class it decides for first.

        Args:
            texts: What to judge.
            pairs: The second texts, for a model of pairs.
            patient: Wait while many texts are in line; otherwise raise ``serving.busy``.

        Raises:
            InkstoneError: ``predict.pairs_needed``, ``serving.busy``, ``serving.closed``, ``serving.failed``.
        """
        found = self.model.answers(texts, self.engine.scores(texts, pairs, patient=patient))
        return [[_ranked(item) for item in row] for row in found]

    def close(self) -> None:
        """Answer what waits, then end the threads."""
        self.engine.close()


def _ranked(item: Scored) -> Ranked:
    found = Ranked(label=item.label, score=item.score)
    if item.decision is not None:
        found["decision"] = item.decision
    if item.threshold is not None:
        found["threshold"] = item.threshold
    return found
