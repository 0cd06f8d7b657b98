"""Figures of single-label classification, from scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np

CURVE_POINTS = 101
CALIBRATION_BINS = 10


def summary(true: "np.ndarray", predicted: "np.ndarray", classes: int) -> dict[str, float]:
    """Return accuracy and macro, micro, weighted F1, precision and recall.

    Averages run over the classes that occur among the true or predicted ones, as scikit-learn does.

    Args:
        true: Class numbers; a number of ``classes`` or above (or negative) stands for a class that the model does not know.
        predicted: Class numbers.
        classes: Number of classes of the model.
    """
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    true = np.where((true < 0) | (true >= classes), classes, true)
    figures = {"accuracy": float(accuracy_score(true, predicted))}
    for average in ("macro", "micro", "weighted"):
        precision, recall, f1, _ = precision_recall_fscore_support(true, predicted, average=average, zero_division=0)
        figures |= {
            f"{average}_f1": float(f1),
            f"{average}_precision": float(precision),
            f"{average}_recall": float(recall),
        }
    return figures


def cross_entropy(scores: "np.ndarray", true: "np.ndarray") -> float:
    """Return the mean of ``-log p(true class)`` over the rows whose class the model knows."""
    known = (true >= 0) & (true < scores.shape[1])
    if not known.any():
        return 0.0
    right = scores[known, true[known]]
    return float(-np.log(np.clip(right, 1e-12, 1.0)).mean())


def sigmoid(values: "np.ndarray") -> "np.ndarray":
    """Return ``1 / (1 + exp(-x))``, without overflow."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -60, 60))))


def softmax(logits: "np.ndarray") -> "np.ndarray":
    """Return ``exp(z_k) / sum_j exp(z_j)`` along the last axis."""
    shifted: np.ndarray = np.exp(logits - logits.max(axis=-1, keepdims=True))
    total: np.ndarray = shifted.sum(axis=-1, keepdims=True)
    shares: np.ndarray = shifted / total
    return shares


def per_class(true: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return precision, recall, F1 and support of each class, in the order of ``labels``."""
    from sklearn.metrics import precision_recall_fscore_support

    parts = precision_recall_fscore_support(true, predicted, labels=list(labels), average=None, zero_division=0)
    return [
        {"label": label, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(s)}
        for label, p, r, f, s in zip(labels, *parts, strict=True)
    ]


def confusion(true: Sequence[str], predicted: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Return the confusion matrix: row = true class, column = predicted class."""
    from sklearn.metrics import confusion_matrix

    return {"labels": list(labels), "matrix": confusion_matrix(true, predicted, labels=list(labels)).tolist()}


def membership(true: "np.ndarray", classes: int) -> "np.ndarray":
    """Return which row is of which class, shape (rows, classes), bool, from class numbers; -1 is none. Such a matrix stays."""
    return true if true.ndim == 2 else true[:, None] == np.arange(classes)


def curves(true: "np.ndarray", scores: "np.ndarray", labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return ROC and precision-recall curves of each class against the rest, with their areas.

    Classes that all or none of the rows have are left out: no curve exists for them.

    Args:
        true: Class numbers, or which row is of which class, shape (rows, classes).
        scores: Shape (rows, classes).
        labels: Class names.
    """
    from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_curve

    members = membership(true, len(labels))
    found = []
    for number, label in enumerate(labels):
        hit = members[:, number]
        if not hit.any() or hit.all():
            continue
        false_rate, true_rate, _ = roc_curve(hit, scores[:, number])
        precision, recall, _ = precision_recall_curve(hit, scores[:, number])
        found.append(
            {
                "label": label,
                "roc": _thin(false_rate, true_rate),
                "roc_auc": float(auc(false_rate, true_rate)),
                "pr": _thin(recall[::-1], precision[::-1]),
                "average_precision": float(average_precision_score(hit, scores[:, number])),
            }
        )
    return found


def calibration(true: "np.ndarray", scores: "np.ndarray") -> dict[str, Any]:
    """Return the expected calibration error and its bins (Guo et al. 2017).

    ``ECE = sum_b |B_b| / N * |accuracy(B_b) - confidence(B_b)|`` over ten equal bins of the highest score.
    """
    confidence = scores.max(axis=1)
    right = (scores.argmax(axis=1) == true).astype(float)
    bins = np.minimum((confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
    rows, error = [], 0.0
    for number in range(CALIBRATION_BINS):
        inside = bins == number
        if not inside.any():
            continue
        accuracy, mean = float(right[inside].mean()), float(confidence[inside].mean())
        error += inside.mean() * abs(accuracy - mean)
        rows.append({"bin": number, "rows": int(inside.sum()), "accuracy": accuracy, "confidence": mean})
    return {"ece": float(error), "bins": rows}


def _thin(x: "np.ndarray", y: "np.ndarray") -> dict[str, list[float]]:
    """Keep at most ``CURVE_POINTS`` points of a curve: a page shows no more."""
    keep = np.unique(np.linspace(0, len(x) - 1, min(len(x), CURVE_POINTS)).round().astype(int))
    return {"x": [round(float(v), 6) for v in x[keep]], "y": [round(float(v), 6) for v in y[keep]]}
