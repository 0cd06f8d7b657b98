"""Assigns rows to train, dev and test: whole units, class by class, reproducibly."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def units_of(keys: "np.ndarray", groups: "np.ndarray | None") -> "np.ndarray":
    """Return for each row the number of its unit: rows that share a text or a group, directly or through others.

    Units are the connected components of the graph whose edges are shared texts and shared groups.

    Args:
        keys: Text keys, shape (rows,).
        groups: Group numbers, shape (rows,); 0 is no group.
    """
    import numpy as np

    _, units = np.unique(keys, return_inverse=True)
    if groups is None:
        return units
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    grouped = np.flatnonzero(groups != 0)
    _, numbers = np.unique(groups[grouped], return_inverse=True)
    texts = int(units.max()) + 1
    nodes = texts + (int(numbers.max()) + 1 if len(numbers) else 0)
    edges = (np.ones(len(grouped), np.int8), (units[grouped], texts + numbers))
    _, component = connected_components(coo_matrix(edges, shape=(nodes, nodes)), directed=False)
    result: np.ndarray = component[units]
    return result


def assign(units: "np.ndarray", labels: "np.ndarray", shares: list[float], seed: int) -> "np.ndarray":
    """Return the side of each row: 0 train, 1 dev, 2 test.

    Each class has a target number of rows on each side: its share, rounded; at least one where a class has three units or
    more. Units of several rows are placed first, largest first, each where most of its rows are still wanted (a greedy
    iterative stratification, Sechidis et al., "On the stratification of multi-label data", 2011); units of a single row then
    fill what is left of each class exactly. What nobody wants goes to train. A class with one unit stays in train.

    Args:
        units: Unit of each row, shape (rows,).
        labels: Class number of each row, shape (rows,).
        shares: Wished share of dev and of test; 0 for a side that is not made.
        seed: Seed of the order in which units are taken.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    classes = int(labels.max()) + 1
    wanted = _targets(units, labels, shares, classes)
    sizes = np.bincount(units)
    side = np.zeros(len(units), np.int8)
    _place_large(units, labels, wanted, side, random)
    single = np.flatnonzero(sizes[units] == 1)
    shuffled = single[random.permutation(len(single))]
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    starts = np.searchsorted(labels[by_class], np.arange(classes + 1))
    for code in range(classes):
        rows = by_class[starts[code] : starts[code + 1]]
        taken = 0
        for place in range(len(shares)):
            count = max(0, min(int(wanted[place, code]), len(rows) - taken))
            side[rows[taken : taken + count]] = place + 1
            taken += count
    return side


def _targets(units: "np.ndarray", labels: "np.ndarray", shares: list[float], classes: int) -> "np.ndarray":
    """Return the rows wanted of each class for dev and test, shape (2, classes)."""
    import numpy as np

    rows = np.bincount(labels, minlength=classes)
    pairs = np.unique(np.stack([labels, units], axis=1), axis=0)
    distinct = np.bincount(pairs[:, 0], minlength=classes)
    wanted = np.zeros((len(shares), classes), np.int64)
    for place, share in enumerate(shares):
        if share > 0:
            wanted[place] = np.floor(share * rows + 0.5)
            wanted[place][(distinct >= 3) & (wanted[place] == 0)] = 1
    wanted[:, distinct == 1] = 0
    both = distinct == 2  # one unit must stay in train: dev gives way
    wanted[0, both & (wanted[1] > 0)] = 0
    return wanted


def _place_large(
    units: "np.ndarray",
    labels: "np.ndarray",
    wanted: "np.ndarray",
    side: "np.ndarray",
    random: "np.random.Generator",
) -> None:
    """Place units of several rows; takes their rows off ``wanted``."""
    import numpy as np

    sizes = np.bincount(units)
    large = np.flatnonzero(sizes > 1)
    if not len(large):
        return
    order = np.argsort(units, kind="stable")
    starts = np.searchsorted(units[order], np.arange(len(sizes) + 1))
    totals = np.bincount(labels, minlength=wanted.shape[1])
    left = np.vstack([totals - wanted.sum(axis=0), wanted]).astype(float)
    shuffled = large[random.permutation(len(large))]
    for unit in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        rows = order[starts[unit] : starts[unit + 1]]
        codes, counts = np.unique(labels[rows], return_counts=True)
        # A side that has room for less than half of the unit would be overfilled by it.
        room = np.minimum(left[:, codes], counts).sum(axis=1)
        fits = room * 2 >= len(rows)
        fits[0] = True
        fullness = left[:, codes].sum(axis=1) / np.maximum(1, (totals[codes].sum()))
        chosen = _draw(fits, fullness, random)
        side[rows] = chosen
        left[chosen, codes] -= counts
    wanted[:] = np.maximum(0, left[1:])


def _draw(fits: "np.ndarray", fullness: "np.ndarray", random: "np.random.Generator") -> int:
    """Draw a side, each as likely as it still wants rows of these classes, so that no side collects the duplicates."""
    import numpy as np

    weights = np.where(fits, np.maximum(fullness, 0), 0)
    total = weights.sum()
    return int(random.choice(len(weights), p=weights / total)) if total > 0 else 0
