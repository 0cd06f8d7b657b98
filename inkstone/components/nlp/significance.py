"""Whether one classifier is better than another on the same rows, or whether the difference is noise.

Everything here depends on a row only through (true class, prediction of A, prediction of B). Drawing n rows with
replacement is therefore the same as drawing the counts of these combinations from a multinomial distribution, which costs
combinations instead of rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

FIGURES = ("macro_f1", "accuracy", "weighted_f1")
_BATCH = 500  # resamples at a time: bounds the memory of (resamples, combinations)


@dataclass(frozen=True)
class Difference:
    """The difference of a figure, A minus B.

    Attributes:
        value: On the rows as they are.
        low: Lower end of the interval.
        high: Upper end.
        p: How often a difference of this size arises by chance (Berg-Kirkpatrick et al. 2012).
    """

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class McNemar:
    """McNemar's test on the rows of which exactly one of two classifiers is right.

    Attributes:
        only_a: Rows that only A has right.
        only_b: Rows that only B has right.
        exact: Two-sided exact p-value.
        mid: Two-sided mid-p value: less conservative, still near its level (Fagerland et al. 2013).
    """

    only_a: int
    only_b: int
    exact: float
    mid: float


def mcnemar(only_a: int, only_b: int) -> McNemar:
    """Return McNemar's exact test and its mid-p version.

    Under the null hypothesis ``b ~ Binomial(b + c, 1/2)``; ``exact = min(1, 2 P(X <= min(b, c)))`` and
    ``mid = exact - P(X = min(b, c))``, or ``1 - P(X = b) / 2`` where b = c (McNemar 1947; Fagerland, Lydersen and Laake 2013).
    """
    from scipy.stats import binom

    total, fewer = only_a + only_b, min(only_a, only_b)
    if total == 0:
        return McNemar(0, 0, 1.0, 1.0)
    point = float(binom.pmf(fewer, total, 0.5))
    exact = min(1.0, 2.0 * float(binom.cdf(fewer, total, 0.5)))
    mid = 1.0 - point / 2 if only_a == only_b else exact - point
    return McNemar(only_a, only_b, exact, mid)


def paired_bootstrap(
    true: Sequence[str],
    first: Sequence[str],
    second: Sequence[str],
    *,
    resamples: int = 5000,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Difference]:
    """Return the differences of accuracy, macro F1, weighted F1 and the F1 of each class (``f1/CLASS``), A minus B.

    The interval is the percentile interval of the resampled differences (Efron 1979). ``p`` follows Berg-Kirkpatrick, Burkett and
    Klein (2012): the share of resamples in which A beats B by more than twice the difference observed, which is the chance of
    such a win were the two equally good; counted on both sides, so that it does not matter who is called A.

    Args:
        true: True classes.
        first: What A said.
        second: What B said.
        resamples: How often to draw.
        level: Of the interval.
        seed: Of the draws.
    """
    classes = sorted({*true, *first, *second})
    numbers = {name: number for number, name in enumerate(classes)}
    rows = np.array([[numbers[item] for item in column] for column in (true, first, second)])
    cells, counts = np.unique(rows, axis=1, return_counts=True)
    observed = _differences(cells, counts[None, :], len(classes))
    generator = np.random.default_rng(seed)
    drawn: list[Mapping[str, np.ndarray]] = []
    for start in range(0, resamples, _BATCH):
        size = min(_BATCH, resamples - start)
        draws = generator.multinomial(int(counts.sum()), counts / counts.sum(), size=size)
        drawn.append(_differences(cells, draws, len(classes)))
    found = {}
    for key, values in observed.items():
        name = key if key in FIGURES else f"f1/{classes[int(key)]}"
        found[name] = _interval(float(values[0]), np.concatenate([part[key] for part in drawn]), level)
    return found


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for having made several comparisons (Holm 1979): ``max over j <= i of (m - j) p_(j)``."""
    order = np.argsort(p_values, kind="stable")
    adjusted, highest = [0.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - place) * float(p_values[index])))
        adjusted[index] = highest
    return adjusted


def _interval(observed: float, drawn: "np.ndarray", level: float) -> Difference:
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    # The resamples centre on what was observed; centred on nought instead, they show what chance alone would give.
    beyond = int((np.abs(drawn - observed) >= abs(observed)).sum())
    return Difference(observed, float(low), float(high), (beyond + 1) / (len(drawn) + 1))


def _differences(cells: "np.ndarray", counts: "np.ndarray", classes: int) -> dict[str, "np.ndarray"]:
    """Return figure (or number of a class) to its difference in each row of ``counts``, shape (draws, combinations)."""
    true, first, second = cells
    one, other = (_figures(true, said, counts, classes) for said in (first, second))
    return {name: one[name] - other[name] for name in one}


def _figures(true: "np.ndarray", said: "np.ndarray", counts: "np.ndarray", classes: int) -> dict[str, "np.ndarray"]:
    """Return the figures of one classifier; macro F1 averages over the classes that occur in a draw, as scikit-learn does."""
    kinds = np.eye(classes)
    support, predicted = counts @ kinds[true], counts @ kinds[said]
    hits = counts @ (kinds[true] * (true == said)[:, None])
    occurs = support + predicted
    f1 = np.divide(2 * hits, occurs, out=np.zeros_like(hits), where=occurs > 0)
    total = counts.sum(axis=1)
    found = {
        "accuracy": hits.sum(axis=1) / total,
        "macro_f1": f1.sum(axis=1) / (occurs > 0).sum(axis=1),
        "weighted_f1": (f1 * support).sum(axis=1) / total,
    }
    return found | {str(number): f1[:, number] for number in range(classes)}
