"""Learns to rank the keyword candidates of a text, from keywords given by people.

Features come by cross-fitting: those of a row are counted on the other folds, so that its own keywords never tell. Each fold's
perceptron scores the rows of the fold that it has not seen; on these scores the threshold is chosen. A new text gets the mean of
all perceptrons, over statistics of all rows.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from inkstone.components.nlp.tagging.errors import NOTHING_TO_RANK, TOO_FEW_KEYWORD_ROWS
from inkstone.components.nlp.tagging.keyword_candidates import ReadText
from inkstone.components.nlp.tagging.keyword_features import FEATURES, TEXTS_AT_ONCE, candidates
from inkstone.components.nlp.tagging.keyword_figures import plain
from inkstone.components.nlp.tagging.keyword_index import build_index
from inkstone.components.nlp.tagging.keyword_ranking import Perceptron, Ranker, RankingModel, standardised
from inkstone.components.nlp.tagging.words import LONGEST_WORD

FOLDS = 4
MOST_ROWS = 100_000
"""Training rows that are counted over."""
MOST_RANKED = 20_000
"""Training rows whose candidates the perceptrons learn from."""
MOST_CANDIDATES = 2_000_000
"""Of long texts fewer rows do: about that many candidates."""
HIDDEN, RATE, DECAY = 64, 2e-3, 1e-4
EPOCHS, STEPS = 8, 1_500
"""At least so many of either."""
HIGHEST_THRESHOLD = 0.5
ALIKE = 1e-3
"""A feature that varies less than this tells nothing and is not blown up."""
SMALLEST_BATCH, LARGEST_BATCH = 32, 1024


@dataclass
class HeldOut:
    """The candidates of rows, with features that are counted on other rows.

    Attributes:
        features: Shape (candidates, features), row after row.
        right: Which candidates are keywords of their rows.
        sizes: How many candidates each row has.
        keywords: How many keywords the rows have, found among the candidates or not.
    """

    features: np.ndarray
    right: np.ndarray
    sizes: list[int]
    keywords: int


def folded(keywords: Sequence[str]) -> dict[str, str]:
    """Return keywords as they are compared, each with its first spelling; what is too long for one is left out."""
    made: dict[str, str] = {}
    for word in keywords:
        name = plain(word)
        if 0 < len(name) <= LONGEST_WORD:
            made.setdefault(name, word.strip())
    return made


def fit_ranking(
    texts: Sequence[ReadText],
    keywords: Sequence[dict[str, str]],
    count: int,
    seed: int,
    *,
    absent: bool = True,
    progress: Callable[[float], None] = lambda share: None,
) -> RankingModel:
    """Learn from rows.

    Args:
        texts: Their texts.
        keywords: Their keywords, see ``folded``.
        count: The threshold is the best one for F1 over the first so many keywords of a text.
        seed: Of the folds and of the perceptrons.
        absent: Keywords need not stand in their texts.
        progress: Told the share that is done.

    Raises:
        InkstoneError: ``keywords.too_few_rows`` or ``keywords.nothing_to_rank``.
    """
    if len(texts) < 2:
        raise TOO_FEW_KEYWORD_ROWS(at="keywords")
    order = np.random.default_rng(seed).permutation(len(texts))
    parts = [order[start::FOLDS] for start in range(min(FOLDS, len(texts)))]
    folds = []
    for number, part in enumerate(parts):
        folds.append(hold_out(texts, keywords, part, seed, absent=absent))
        progress(0.5 * (number + 1) / len(parts))
    if not any(fold.right.any() for fold in folds):
        raise NOTHING_TO_RANK(at="keywords")
    ranker = _fit_ranker(folds, count, seed, lambda share: progress(0.5 + 0.4 * share))
    index = build_index(texts, keywords, seed)
    progress(1.0)
    return RankingModel(index, ranker, absent)


def hold_out(
    texts: Sequence[ReadText], keywords: Sequence[dict[str, str]], part: np.ndarray, seed: int, *, absent: bool
) -> HeldOut:
    """Return the candidates of some rows with features that are counted on all other rows."""
    others = np.setdiff1d(np.arange(len(texts)), part)
    index = build_index([texts[row] for row in others], [keywords[row] for row in others], seed)
    features: list[np.ndarray] = [np.zeros((0, len(FEATURES)), dtype=np.float32)]
    right: list[bool] = []
    sizes, total = [], 0
    for start in range(0, min(len(part), MOST_RANKED // FOLDS), TEXTS_AT_ONCE):
        rows = part[start : start + TEXTS_AT_ONCE]
        for row, found in zip(rows, candidates(index, [texts[row] for row in rows], absent), strict=True):
            features.append(found.features)
            right += [name in keywords[row] for name in found.names]
            sizes.append(len(found.names))
            total += len(keywords[row])
        if len(right) > MOST_CANDIDATES // FOLDS:
            break
    return HeldOut(np.concatenate(features), np.array(right, dtype=bool), sizes, total)


def best_threshold(chances: np.ndarray, right: np.ndarray, sizes: Sequence[int], keywords: int, count: int) -> float:
    """Return the threshold whose answers have the highest F1 over the first ``count`` keywords of each row.

    It lies midway between the least likely answer and the next one, and not above one half: the best threshold on true
    probabilities is half the F1 that it reaches (Lipton et al., "Optimal thresholding of classifiers to maximize F1", 2014).

    Args:
        chances: Probability of each candidate, row after row.
        right: Which of them are keywords.
        sizes: How many candidates each row has.
        keywords: How many keywords all rows have.
        count: Keywords that a text gets at most.
    """
    ends = np.cumsum(sizes)
    first = [
        end - size + np.argsort(-chances[end - size : end], kind="stable")[:count]
        for end, size in zip(ends, sizes, strict=True)
    ]
    given = np.concatenate(first)
    given = given[np.argsort(-chances[given], kind="stable")]
    f1 = 2 * np.cumsum(right[given]) / (np.arange(1, len(given) + 1) + keywords)
    ranked = np.append(chances[given], 0.0)
    last = int(f1.argmax())
    return min(float(ranked[last] + ranked[last + 1]) / 2, HIGHEST_THRESHOLD)


def _fit_ranker(folds: Sequence[HeldOut], count: int, seed: int, progress: Callable[[float], None]) -> Ranker:
    every = np.concatenate([fold.features for fold in folds])
    centre, deviation = every.mean(axis=0), every.std(axis=0)
    scale = np.where(deviation < ALIKE, 1.0, deviation).astype(np.float32)
    standard = np.split(standardised(every, centre, scale), np.cumsum([len(fold.right) for fold in folds])[:-1])
    perceptrons, chances = [], []
    for number, own in enumerate(standard):
        others = [place for place in range(len(folds)) if place != number]
        features = np.concatenate([standard[place] for place in others])
        right = np.concatenate([folds[place].right for place in others])
        perceptrons.append(_fit_perceptron(features, right, seed + number))
        chances.append(perceptrons[-1](own))
        progress((number + 1) / len(folds))
    right = np.concatenate([fold.right for fold in folds])
    sizes = [size for fold in folds for size in fold.sizes]
    total = sum(fold.keywords for fold in folds)
    threshold = best_threshold(np.concatenate(chances), right, sizes, total, count)
    return Ranker(centre, scale, perceptrons, threshold)


def _fit_perceptron(features: np.ndarray, right: np.ndarray, seed: int) -> Perceptron:
    """Minimise cross-entropy by Adam (Kingma and Ba 2015); where all candidates are alike, return one that says so."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    if not 0 < right.sum() < len(right):
        odds = np.log((right.sum() + 0.5) / ((~right).sum() + 0.5))
        return Perceptron(np.zeros((features.shape[1], 1)), np.zeros(1), np.zeros(1), np.array([odds]))
    batch = min(max(len(features) // 50, SMALLEST_BATCH), LARGEST_BATCH, len(features))
    model = MLPClassifier(
        (HIDDEN,),
        alpha=DECAY,
        learning_rate_init=RATE,
        batch_size=batch,
        max_iter=max(EPOCHS, STEPS * batch // len(features)),
        random_state=seed % 2**32,
    )
    # the products are small: several threads would wait for each other for most of the time
    with threadpool_limits(1, user_api="blas"), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it learns for a set time, not until nothing changes
        model.fit(features, right)
    (hidden, output), (hidden_bias, output_bias) = model.coefs_, model.intercepts_
    return Perceptron(hidden, hidden_bias, output[:, 0], output_bias)
