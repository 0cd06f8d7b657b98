"""Thresholds of one class for a wished precision, recall or cost, from rows that the model did not learn from."""

from typing import NamedTuple

import numpy as np

NEVER = 1.01
"""A threshold that no score reaches."""


class Costs(NamedTuple):
    """What a mistake costs, in any unit.

    Attributes:
        missed: A harmful text that passes.
        wronged: A harmless text that is blocked.
        reviewed: A text that a person must look at.
    """

    missed: float = 5.0
    wronged: float = 3.0
    reviewed: float = 0.5


def candidates(scores: "np.ndarray") -> "np.ndarray":
    """Return the thresholds worth trying: half-way between neighbouring scores, rising."""
    values = np.unique(scores)
    return (values[:-1] + values[1:]) / 2 if len(values) > 1 else values


def at_precision(scores: "np.ndarray", harmful: "np.ndarray", wished: float) -> float:
    """Return the lowest threshold from which on the precision keeps what is wished; ``NEVER`` where none does.

    Precision is taken as ``hits / (rows + 1)``: the row to come counts as a miss, so that a handful of rows promises
    nothing. Among thresholds that keep the wish the lowest has the most recall.

    Args:
        scores: Score of the class for each row.
        harmful: Whether the row is rightly stopped for this class.
        wished: Between 0 and 1.
    """
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(harmful[order])
    rows = np.arange(1, len(order) + 1)
    last = np.append(np.diff(scores[order]) != 0, True)  # rows of one score stand or fall together
    good = (hits / (rows + 1) >= wished) & last
    if not good.any():
        return NEVER
    place = int(np.flatnonzero(good)[-1])
    here = float(scores[order[place]])
    below = float(scores[order[place + 1]]) if place + 1 < len(order) else 0.0
    return (here + below) / 2


def at_recall(scores: "np.ndarray", of_class: "np.ndarray", wished: float) -> float:
    """Return the highest threshold at which the wished share of the rows of a class is reached; ``NEVER`` without rows."""
    own = np.sort(scores[of_class])
    if not len(own):
        return NEVER
    missed = int(np.floor((1 - wished) * len(own) + 1e-9))
    here = float(own[missed])
    lower = scores[scores < here]
    return (here + float(lower.max())) / 2 if len(lower) else here / 2


def at_least_cost(scores: "np.ndarray", harmful: "np.ndarray", costs: Costs) -> tuple[float, float]:
    """Return thresholds of review and of block with the least cost on the rows.

    Above ``block`` a harmless row costs ``wronged``, between the two each row costs ``reviewed``, below ``review`` a harmful
    row costs ``missed``.
    """
    order = np.argsort(scores, kind="stable")
    ordered, bad = scores[order], harmful[order].astype(float)
    size = len(ordered)
    # Cost of passing the lowest n rows, of blocking from n on, and of reviewing in between.
    passed = np.concatenate([[0.0], np.cumsum(bad)]) * costs.missed
    blocked = np.concatenate([np.cumsum((1 - bad)[::-1])[::-1], [0.0]]) * costs.wronged
    review_from = passed - costs.reviewed * np.arange(size + 1)
    split = np.concatenate([[False], ordered[1:] == ordered[:-1], [False]])  # rows of one score stand or fall together
    review_from[split] = np.inf
    best_start = np.minimum.accumulate(review_from)
    total = best_start + blocked + costs.reviewed * np.arange(size + 1)
    total[split] = np.inf
    block = int(np.argmin(total))
    review = int(np.argmin(review_from[: block + 1]))

    def between(place: int) -> float:
        if place >= size:
            return NEVER
        lower = float(ordered[place - 1]) if place else 0.0
        return (lower + float(ordered[place])) / 2

    return between(review), between(block)


def mean_cost(actions: "np.ndarray", harmful: "np.ndarray", costs: Costs) -> float:
    """Return the mean cost of decisions.

    Args:
        actions: 0 pass, 1 review, 2 block.
        harmful: Whether the row is harmful.
        costs: Of each kind of mistake.
    """
    total = (
        costs.missed * ((actions == 0) & harmful).sum()
        + costs.reviewed * (actions == 1).sum()
        + costs.wronged * ((actions == 2) & ~harmful).sum()
    )
    return float(total / max(1, len(actions)))
