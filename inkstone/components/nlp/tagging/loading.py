"""Loads saved models behind one face: texts in, tagging answers out."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from inkstone.components.nlp import model_io
from inkstone.components.nlp.model_io import ModelCard
from inkstone.components.nlp.tagging.answers import Ranked, TagAnswer

TAGGERS = {
    "sequence_labelling": "inkstone.components.nlp.tagging.entity_models:load_recogniser",
    "entity_baseline": "inkstone.components.nlp.tagging.entity_baseline:load_baseline",
    "multilabel_classification": "inkstone.components.nlp.tagging.label_models:load_labeller",
    "multilabel_baseline": "inkstone.components.nlp.tagging.label_models:load_baseline",
    "combined_labels": "inkstone.components.nlp.tagging.label_pool:load_pooled",
    "keyword_extraction": "inkstone.components.nlp.tagging.keyword_models:load_extractor",
    "universal_tagging": "inkstone.components.nlp.tagging.composed:load_composed",
}
"""Name of a task to the function that loads a verified folder of it."""
SHOWN_CLASSES = 10


class Tagger(ABC):
    """A saved model that tags texts.

    Attributes:
        card: What the model folder says about itself.
        labels: Classes, labels or entity types.
        task: Name of the task.
        parallel: Whether it uses one core and, once it has answered, may be asked from several threads at once.
    """

    parallel = False

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self.labels = card.labels
        self.task = card.task

    @abstractmethod
    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return one answer a text."""


class CategoryTagger(Tagger):
    """A single-label classifier of any kind."""

    def __init__(self, folder: Path, card: ModelCard, threads: int = 0) -> None:
        from inkstone.components.nlp.inference import load_model

        super().__init__(card)
        self.model = load_model(folder, threads)
        self.parallel = self.model.parallel

    def answers(self, texts: Sequence[str], batch_size: int = 32) -> list[TagAnswer]:
        """Return the best classes of each text."""
        ranked = self.model.predict(list(texts), batch_size=batch_size)
        return [category_answer([(item.label, item.score) for item in row]) for row in ranked]


def category_answer(ranked: Sequence[tuple[str, float]]) -> TagAnswer:
    """Return the answer of a classifier: its best classes, best first."""
    return TagAnswer(category=[Ranked(pred=label, prob=round(score, 6)) for label, score in ranked[:SHOWN_CLASSES]])


def is_tagger(task: str) -> bool:
    """Return whether models of a task give tagging answers, not one class."""
    return task in TAGGERS


def load_tagger(folder: Path, threads: int = 0) -> Tagger:
    """Return the model of a folder after checking every file of it; classifiers answer with their category.

    Args:
        folder: A model folder.
        threads: Cores for one batch of a graph; 0 is all of them. Models without a graph do as torch does.

    Raises:
        InkstoneError: ``model.tampered``, ``model.unsafe_weights``, ``model.not_a_model``.
    """
    card = model_io.verify(folder)
    if card.task not in TAGGERS:
        return CategoryTagger(folder, card, threads)
    module, name = TAGGERS[card.task].split(":")
    loaded: Tagger = getattr(import_module(module), name)(folder, card, threads)
    return loaded
