"""Texts of several classes at once: a multi-label model as one that scores every class, harmless among them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.inference import Row, TextModel, load_model
from inkstone.components.nlp.ngram import NgramModel
from inkstone.components.nlp.risk.errors import NO_SAFE_CLASS
from inkstone.components.nlp.risk.policy import safe_class
from inkstone.components.nlp.rows import read_rows
from inkstone.components.nlp.tagging.label_figures import label_figures
from inkstone.components.nlp.tagging.label_models import LabelTagger, NgramLabels
from inkstone.components.nlp.tagging.label_pool import PooledLabels
from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows
from inkstone.components.nlp.tagging.requirements import gives_labels, load_labeller

if TYPE_CHECKING:
    from inkstone.components.artifacts import Table

_NOTHING, _NOTHING_EN = "正常", "normal"


class SeveralText(TextModel):
    """A multi-label model; its scores need not sum to one.

    Where none of its labels stands for harmless texts, a first class does, with the chance that no label is right:
    ``prod_k (1 - p_k)``.

    Args:
        tagger: The multi-label model.
        safe: The class of harmless texts: one of its labels, or a name of its own; None takes a label that is called so, and where
            there is none, 正常 or normal.

    Attributes:
        safe: The class of harmless texts.
        own: Whether the multi-label model knows that class itself.
    """

    def __init__(self, tagger: LabelTagger, safe: str | None) -> None:
        self.safe = _safe_of(tagger.labels, safe)
        self.own = self.safe in tagger.labels
        labels = list(tagger.labels) if self.own else [self.safe, *tagger.labels]
        super().__init__(tagger.card.model_copy(update={"labels": labels}))
        self._normalise = None  # the tagger cleans texts itself
        self.tagger = tagger
        self.parallel = tagger.parallel

    def encode(self, texts: list[str], pairs: list[str] | None) -> list[Row]:
        """Return the texts as they are; the tagger batches them."""
        return [{"text": item, "length": len(item)} for item in texts]

    def forward(self, rows: Sequence[Row]) -> np.ndarray:
        """Return the probability of each class, shape (rows, classes)."""
        scores = self.tagger.scores([row["text"] for row in rows], max(1, len(rows)))
        return scores if self.own else np.column_stack([np.prod(1 - scores, axis=1), scores])

    def given(self, scores: np.ndarray) -> np.ndarray:
        """Return which classes the thresholds of the multi-label model give, shape (rows, classes), bool."""
        found = self.tagger.given(scores if self.own else scores[:, 1:])
        return _settled(found if self.own else np.column_stack([np.zeros(len(found), bool), found]), self.place)

    def linear(self) -> list[tuple[NgramModel, float]]:
        """Return the n-gram models within, with their weights."""
        if isinstance(self.tagger, NgramLabels):
            return [(self.tagger.linear, 1.0)]
        return self.tagger.linear() if isinstance(self.tagger, PooledLabels) else []

    @property
    def place(self) -> int:
        """Number of the class of harmless texts."""
        return self.labels.index(self.safe)

    def truth(self, rows: Sequence[Sequence[str]]) -> np.ndarray:
        """Return which class each row is of, shape (rows, classes), bool.

        A row with no label but that of harmless texts is harmless. One with a label that the model does not know is of no class,
        and not harmless.
        """
        found = as_matrix(rows, self.labels)
        found[:, self.place] = [not set(row) - {self.safe} for row in rows]
        return found

    def figures(self, true: np.ndarray, scores: np.ndarray) -> dict[str, float]:
        """Return the figures of the harmful classes; see ``label_figures``."""
        harmful = np.arange(len(self.labels)) != self.place
        return label_figures(true[:, harmful], scores[:, harmful], self.given(scores)[:, harmful])


def load_scorer(folder: Path, safe: str | None = None) -> TextModel:
    """Return the classifier of a folder, or a multi-label model as one.

    Args:
        folder: A model folder.
        safe: For a multi-label model, the class of harmless texts.

    Raises:
        InkstoneError: As ``load_model``.
    """
    if gives_labels(model_io.read_card(folder).task):
        return SeveralText(load_labeller(folder), safe)
    return load_model(folder)


def several_of(model: TextModel) -> SeveralText | None:
    """Return the multi-label model that a risk-control model, or a scorer, holds; None where texts have one class."""
    inner = getattr(model, "inner", model)
    return inner if isinstance(inner, SeveralText) else None


def labelled_rows(model: TextModel, table: "Table") -> "tuple[list[str], list[str] | None, np.ndarray]":
    """Return the labelled texts of a table, their second texts, and their classes.

    Classes are numbers, -1 for unknown ones; for a multi-label model, which row is of which class.
    """
    several = several_of(model)
    if several is not None:
        tagged = read_label_rows(table, several.tagger.separator)
        return tagged.texts, None, several.truth(tagged.labels)
    rows = read_rows(table).labelled()
    return rows.texts, rows.pairs, numbers_of(model, rows.labels or [])


def numbers_of(model: TextModel, labels: Sequence[str | None]) -> np.ndarray:
    """Return class numbers, -1 for classes that the model does not know."""
    numbers = {label: number for number, label in enumerate(model.labels)}
    return np.array([numbers.get(label or "", -1) for label in labels], dtype=int)


def scorer_figures(model: TextModel, true: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return how good the scores are, thresholds of a policy aside.

    Args:
        model: A classifier, a multi-label model as one, or a risk-control model of either.
        true: As ``labelled_rows`` gives it.
        scores: Shape (rows, classes).
    """
    several = several_of(model)
    if several is not None:
        return several.figures(true, scores)
    figures = metrics.summary(true, scores.argmax(axis=1), len(model.labels))
    return figures | {"loss": metrics.cross_entropy(scores, true)}


def _settled(found: np.ndarray, safe: int) -> np.ndarray:
    """A text is harmless just where no other class is given."""
    found = found.copy()
    found[:, safe] = False
    found[:, safe] = ~found.any(axis=1)
    return found


def _safe_of(labels: Sequence[str], wished: str | None) -> str:
    if wished:
        return wished  # a name of its own as well: labels such as "other" may be harmful
    try:
        return safe_class(labels, None)
    except InkstoneError as problem:
        if problem.code != NO_SAFE_CLASS.code:
            raise
    return _NOTHING if any("\u4e00" <= sign <= "\u9fff" for label in labels for sign in label) else _NOTHING_EN
