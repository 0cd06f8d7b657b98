"""Finds rows with the same text: duplicates, and contradictions, where one text has several labels."""

from collections import Counter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np


def repeated(keys: "np.ndarray", labels: "np.ndarray") -> "np.ndarray":
    """Return which rows repeat text and label of an earlier row.

    Args:
        keys: Text keys, shape (rows,).
        labels: Numbers standing for the labels, shape (rows,).
    """
    import numpy as np

    order = np.lexsort((np.arange(len(keys)), labels, keys))
    same = (keys[order][1:] == keys[order][:-1]) & (labels[order][1:] == labels[order][:-1])
    result = np.zeros(len(keys), bool)
    result[order[1:][same]] = True
    return result


def contradictory(keys: "np.ndarray", labels: "np.ndarray", rule: Literal["majority", "drop"]) -> "np.ndarray":
    """Return which rows lose where one text has several labels.

    Args:
        keys: Text keys, shape (rows,).
        labels: Numbers standing for the labels, shape (rows,).
        rule: ``majority``: the rows outside the commonest label, all of them on a tie; ``drop``: all of them.
    """
    import numpy as np

    loses = np.zeros(len(keys), bool)
    for group in groups_of(keys):
        counts = Counter(labels[group].tolist()).most_common(2)
        if len(counts) < 2:
            continue
        winner = counts[0][0] if rule == "majority" and counts[0][1] > counts[1][1] else None
        loses[group] = True if winner is None else labels[group] != labels.dtype.type(winner)
    return loses


def groups_of(keys: "np.ndarray") -> "list[np.ndarray]":
    """Return the rows of each key that occurs more than once, each group in row order."""
    import numpy as np

    if len(keys) == 0:
        return []
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    many = sizes > 1
    return [order[start : start + size] for start, size in zip(starts[many], sizes[many], strict=True)]
