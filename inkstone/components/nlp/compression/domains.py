"""How typical a row is of its class in all domains, and how far a teacher is to be trusted on it (MetaKD)."""

from collections.abc import Sequence

import numpy as np


def prototype_scores(
    vectors: "np.ndarray", labels: Sequence[int], domains: Sequence[int], share: float = 0.5
) -> "np.ndarray":
    """Return the prototype score of each row.

    ``t_i = a cos(x_i, p[d_i, y_i]) + (1 - a) mean_{d != d_i} cos(x_i, p[d, y_i])``, where ``p[d, y]`` is the mean vector of class y
    in domain d (Pan et al., "Meta-KD", 2021). Domains without a row of the class are left out; a row whose class no other
    domain has is judged by its own alone.

    Args:
        vectors: One a row; shape (rows, width).
        labels: Class numbers.
        domains: Domain numbers.
        share: ``a``.

    Returns:
        Shape (rows,), from -1 to 1.
    """
    classes, groups = np.asarray(labels), np.asarray(domains)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    found = np.zeros(len(vectors))
    count = int(groups.max()) + 1
    for label in np.unique(classes):
        own = classes == label
        likeness = np.full((count, int(own.sum())), np.nan)
        for domain in range(count):
            both = own & (groups == domain)
            if both.any():
                centre = vectors[both].mean(axis=0)
                likeness[domain] = unit[own] @ (centre / max(float(np.linalg.norm(centre)), 1e-12))
        places = np.arange(likeness.shape[1])
        here = likeness[groups[own], places]
        likeness[groups[own], places] = np.nan
        others = np.isfinite(likeness).sum(axis=0)
        elsewhere = np.nansum(likeness, axis=0) / np.maximum(others, 1)
        found[own] = np.where(others > 0, share * here + (1 - share) * elsewhere, here)
    return found


def expertise(prototypes: "np.ndarray", right: "np.ndarray") -> "np.ndarray":
    """Return the weight of each row in distillation: ``(1 + t_i) / (exp((1 - p_i)^2) + 1)``.

    Args:
        prototypes: ``t``, shape (rows,).
        right: ``p``, the teacher's probability of the true class; shape (rows,).

    Returns:
        Shape (rows,), scaled to mean one, so that the learning rate keeps its meaning.
    """
    weights = (1 + prototypes) / (np.exp((1 - right) ** 2) + 1)
    scaled: np.ndarray = weights / max(float(weights.mean()), 1e-12)
    return scaled
