"""Finds likely wrong labels by confident learning over out-of-fold probabilities of TF-IDF + logistic regression.

Northcutt, Jiang, Chuang, "Confident Learning" (2021): with ``t_j`` the mean probability of class j over the rows labelled j, a row
labelled i is suspected when another class j has ``p_j >= t_j`` and the highest probability.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_FOLDS = 4
_FEATURES = 1 << 16
_PENALTY = 1e-5
_CHARACTERS = 400  # enough of a long text to judge its label


@dataclass(frozen=True)
class Suspect:
    """A row whose label is doubted.

    Attributes:
        place: Its place among the rows given.
        suggestion: The class that the model believes in.
        confidence: The probability it gives that class.
    """

    place: int
    suggestion: int
    confidence: float


def suspicious(texts: list[str], codes: "np.ndarray", keys: "np.ndarray", *, seed: int) -> list[Suspect]:
    """Return doubted rows, the most doubted first.

    Args:
        texts: The texts.
        codes: Class number of each row, shape (rows,).
        keys: Text keys, shape (rows,): equal texts stay in one fold.
        seed: Seed of the folds.
    """
    import numpy as np

    classes, labels = np.unique(codes, return_inverse=True)
    probabilities = _out_of_fold(texts, labels, keys, seed)
    rows = np.arange(len(labels))
    thresholds = np.array([probabilities[labels == code, code].mean() for code in range(len(classes))])
    confident = np.where(probabilities >= thresholds, probabilities, 0)
    confident[rows, labels] = 0
    best = confident.argmax(axis=1)
    doubted = (confident[rows, best] > 0) & (probabilities.argmax(axis=1) == best)
    margin = probabilities[rows, best] - probabilities[rows, labels]
    order = np.flatnonzero(doubted)
    order = order[np.argsort(-margin[order], kind="stable")]
    return [Suspect(int(row), int(classes[best[row]]), float(probabilities[row, best[row]])) for row in order]


def _out_of_fold(texts: list[str], labels: "np.ndarray", keys: "np.ndarray", seed: int) -> "np.ndarray":
    import numpy as np
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.linear_model import SGDClassifier
    from sklearn.model_selection import StratifiedKFold

    counts = HashingVectorizer(
        analyzer="word" if _is_spaced(texts) else "char",
        token_pattern=r"(?u)\b\w+\b",  # noqa: S106 - single letters count too
        ngram_range=(1, 2),
        n_features=_FEATURES,
        alternate_sign=False,
        norm=None,
    ).transform(value[:_CHARACTERS] for value in texts)
    features = TfidfTransformer(sublinear_tf=True).fit_transform(counts)
    probabilities = np.zeros((len(labels), int(labels.max()) + 1))
    _, first, unit = np.unique(keys, return_index=True, return_inverse=True)
    folds = StratifiedKFold(min(_FOLDS, len(first)), shuffle=True, random_state=seed)
    for train_units, held_out_units in folds.split(first, labels[first]):
        train, held_out = np.flatnonzero(np.isin(unit, train_units)), np.flatnonzero(np.isin(unit, held_out_units))
        # Logistic regression by stochastic gradient descent: ten times as fast as L-BFGS with many classes.
        model = SGDClassifier(loss="log_loss", alpha=_PENALTY, max_iter=6, tol=None, average=True, random_state=seed)
        model.fit(features[train], labels[train])
        probabilities[np.ix_(held_out, model.classes_)] = model.predict_proba(features[held_out])
    return probabilities


def _is_spaced(texts: list[str]) -> bool:
    """Return whether words are set apart by spaces."""
    sample = "".join(texts[:200])
    return sample.count(" ") > len(sample) / 20
