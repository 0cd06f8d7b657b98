"""Linear models of several views of a text: characters, sounds, words. Each trains in seconds."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from inkstone.components.nlp import ngram
from inkstone.components.nlp.calibration import fit_temperature

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

FEATURES = 300_000


@dataclass(frozen=True)
class View:
    """What n-grams a linear model sees."""

    name: ngram.Analyzer
    shortest: int
    longest: int


def views_for(texts: Sequence[str]) -> list[View]:
    """Return the views that suit a language: characters and sounds for Chinese, words and parts of words else."""
    if ngram.guess_analyzer(texts) == "char":
        return [View("char", 1, 2), View("sound", 1, 2)]
    return [View("word", 1, 2), View("char", 2, 5)]


@dataclass
class ViewFolds:
    """A linear model of one view, with what it said about rows that it had not learned from.

    Attributes:
        model: Learned from all rows.
        unseen: Probabilities of shape (rows, classes), each from a model that had not seen the row.
    """

    model: ngram.NgramModel
    unseen: "np.ndarray"


def fit_view(
    view: View,
    texts: Sequence[str],
    copies: Sequence[str],
    targets: "np.ndarray",
    *,
    folds: Sequence[tuple["np.ndarray", "np.ndarray"]],
    labels: Sequence[str],
    c: float,
    balanced: bool,
) -> ViewFolds:
    """Fit support vector machines on a view, one a fold and one on all rows.

    Args:
        view: What it sees.
        texts: Training texts.
        copies: Disguised copies of all or none of them, in their order; those of held-out rows are held out too.
        targets: Class numbers.
        folds: Training and held-out places.
        labels: Class names.
        c: Inverse regularisation.
        balanced: Weigh classes by their rarity.
    """
    vectorizer = ngram.vectorizer(view.name, view.shortest, view.longest, FEATURES)
    features: csr_matrix = vectorizer.fit_transform([*texts, *copies])
    numbers = np.concatenate([targets, targets[: len(copies)]])
    terms = [str(term) for term in vectorizer.get_feature_names_out()]
    rows = len(texts)

    def fitted(places: "np.ndarray") -> tuple["np.ndarray", "np.ndarray"]:
        whole = np.concatenate([places, places + rows]) if len(copies) else places
        return ngram.fit_margin(features[whole], numbers[whole], c, balanced)

    margins = np.zeros((rows, len(labels)))
    for inside, outside in folds:
        weights, intercept = fitted(inside)
        margins[outside] = features[outside] @ weights.T.astype(np.float64) + intercept
    held = np.concatenate([outside for _, outside in folds])
    temperature = fit_temperature(margins[held], targets[held])
    weights, intercept = fitted(np.arange(rows))
    model = ngram.NgramModel(
        list(labels), view.name, view.shortest, view.longest, terms, vectorizer.idf_,
        (weights / temperature).astype(np.float32), intercept / temperature,
    )  # fmt: skip
    from inkstone.components.nlp.metrics import softmax

    return ViewFolds(_compact(model), softmax(margins / temperature))


def _compact(model: ngram.NgramModel) -> ngram.NgramModel:
    """Return the model without n-grams that no class listens to."""
    used = np.flatnonzero(np.abs(model.coefficients).max(axis=0) > 1e-4)
    if len(used) == len(model.terms) or not len(used):
        return model
    return replace(
        model,
        terms=[model.terms[place] for place in used],
        idf=model.idf[used],
        coefficients=model.coefficients[:, used],
    )
