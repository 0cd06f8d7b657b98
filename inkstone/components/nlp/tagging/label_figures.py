"""Figures of multi-label classification, and the thresholds above which a label is given."""

from typing import Any

import numpy as np

DEPTHS = (1, 3, 5)
LEAST_ROWS = 3
"""A label with fewer dev rows keeps the common threshold: its own would be chance."""


def label_figures(true: np.ndarray, scores: np.ndarray, given: np.ndarray) -> dict[str, float]:
    """Return F1 figures of the given labels and ranking figures of the scores.

    ``P@k``: share of the first k labels that are right. ``R@k``: share of the right labels among the first k. ``nDCG@k``: gain
    ``1 / log2(1 + place)`` of each right label, divided by that of the best order. ``coverage``: how far down the ranking one
    has to go to meet every right label (scikit-learn's coverage error). ``label_coverage``: share of the labels that are found at
    least once. Ranking figures are means over the rows that have a label.

    Args:
        true: Shape (rows, labels), bool.
        scores: The same shape.
        given: The same shape, bool: the labels that a model gives.
    """
    from sklearn.metrics import coverage_error, precision_recall_fscore_support

    figures: dict[str, float] = {}
    for average in ("micro", "macro"):
        precision, recall, f1, _ = precision_recall_fscore_support(true, given, average=average, zero_division=0)
        figures |= {
            f"{average}_f1": float(f1),
            f"{average}_precision": float(precision),
            f"{average}_recall": float(recall),
        }
    figures["exact_texts"] = float((true == given).all(axis=1).mean())
    occurring = true.any(axis=0)
    figures["label_coverage"] = float((true & given).any(axis=0)[occurring].mean()) if occurring.any() else 0.0
    labelled = true.any(axis=1)
    if labelled.any():
        figures |= ranking(true[labelled], scores[labelled])
        figures["coverage"] = float(coverage_error(true[labelled], scores[labelled]))
    return figures


def ranking(true: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """Return P@k, R@k and nDCG@k."""
    order = np.argsort(-scores, axis=1, kind="stable")
    hits = np.take_along_axis(true, order, axis=1)
    wanted = true.sum(axis=1)
    gains = 1 / np.log2(np.arange(2, true.shape[1] + 2))
    figures: dict[str, float] = {}
    for depth in DEPTHS:
        top = hits[:, :depth]
        best = np.array([gains[: min(depth, int(count))].sum() for count in wanted])
        figures |= {
            f"p_at_{depth}": float((top.sum(axis=1) / depth).mean()),
            f"r_at_{depth}": float((top.sum(axis=1) / wanted).mean()),
            f"ndcg_at_{depth}": float(((top * gains[: top.shape[1]]).sum(axis=1) / best).mean()),
        }
    return figures


def best_threshold(true: np.ndarray, scores: np.ndarray) -> float:
    """Return the threshold with the highest F1 over all pairs of rows and labels; 0.5 where nothing is true."""
    flat, values = true.ravel(), scores.ravel()
    if not flat.any():
        return 0.5
    order = np.argsort(-values, kind="stable")
    right = np.cumsum(flat[order])
    f1 = 2 * right / (np.arange(1, len(order) + 1) + flat.sum())
    # Equal scores are given together: only the last of them is a place to cut.
    ranked = values[order]
    last = np.append(ranked[1:] != ranked[:-1], True)
    place = int(np.where(last, f1, -1).argmax())
    after = ranked[place + 1] if place + 1 < len(ranked) else 0.0
    return float(np.clip((ranked[place] + after) / 2, 1e-6, 1 - 1e-6))


def learn_thresholds(true: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return a threshold for each label: halfway between its own best one on the dev rows and the common one.

    The pull towards the common threshold keeps labels with few dev rows from a threshold that fits those rows alone.
    """
    common = best_threshold(true, scores)
    found = np.full(true.shape[1], common)
    for label in np.flatnonzero(true.sum(axis=0) >= LEAST_ROWS):
        own = best_threshold(true[:, [label]], scores[:, [label]])
        weight = true[:, label].sum() / (true[:, label].sum() + 10)
        found[label] = weight * own + (1 - weight) * common
    return found


def per_label(true: np.ndarray, given: np.ndarray, labels: list[str]) -> list[dict[str, Any]]:
    """Return precision, recall, F1 and support of each label."""
    from sklearn.metrics import precision_recall_fscore_support

    parts = precision_recall_fscore_support(true, given, average=None, zero_division=0)
    return [
        {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
        for label, p, r, f, s in zip(labels, *parts, strict=True)
    ]
