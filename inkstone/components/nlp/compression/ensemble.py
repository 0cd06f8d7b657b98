"""Several teachers as one: their probabilities are mixed, evenly, by how good they are, or row by row by how sure they are."""

import hashlib
from collections.abc import Sequence
from typing import Literal

import numpy as np

from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_label_logits, as_logits
from inkstone.components.nlp.metrics import softmax

Combination = Literal["mean", "validation", "confidence"]


def mixing_weights(
    probabilities: "np.ndarray", combination: Combination, worth: Sequence[float] | None = None, exclusive: bool = True
) -> "np.ndarray":
    """Return the share of each teacher in each row; they sum to one.

    ``mean``: 1/K. ``validation``: in proportion to ``max(worth_k - chance, 0)``, worth being the dev accuracy and chance one
    over the classes, so that a teacher that guesses has no say. ``confidence``: in proportion to ``1 - H(p_k) / log C``, how far
    the teacher's entropy on the row stays below that of knowing nothing. Of labels that do not exclude each other the entropies
    are averaged, and worth is their F1, in which a teacher that knows nothing has 0.

    Args:
        probabilities: Shape (teachers, rows, classes).
        combination: How.
        worth: Dev accuracy (or F1) of each teacher, for ``validation``.
        exclusive: One class a row; False: each label is on or off for itself.

    Returns:
        Shape (teachers, rows).
    """
    count, rows, classes = probabilities.shape
    shares = np.ones((count, rows))
    if combination == "validation" and worth is not None:
        shares *= np.clip(np.asarray(worth) - (1 / classes if exclusive else 0), 0, None)[:, None]
    if combination == "confidence" and exclusive:
        shares = 1 - _entropy(probabilities).sum(-1) / np.log(classes)
    elif combination == "confidence":
        shares = 1 - (_entropy(probabilities) + _entropy(1 - probabilities)).mean(-1) / np.log(2)
    total = shares.sum(0)
    known: np.ndarray = np.where(total > 1e-9, shares / np.maximum(total, 1e-9), 1 / count)
    return known


def _entropy(probabilities: "np.ndarray") -> "np.ndarray":
    clipped = np.clip(probabilities, 1e-12, 1)
    entropy: np.ndarray = -clipped * np.log(clipped)
    return entropy


def combined(
    teachers: Sequence[TeacherScores],
    combination: Combination,
    worth: Sequence[float] | None = None,
    exclusive: bool = True,
) -> TeacherScores:
    """Return the scores of an ensemble of teachers that have scored the same texts: the logits of ``sum_k w_k p_k``."""
    first = teachers[0]
    keys = first.keys
    chances = softmax if exclusive else _sigmoid
    every = np.stack([chances(item.of(keys)[0].astype(np.float64)) for item in teachers])
    shares = mixing_weights(every, combination, worth, exclusive)
    mixed = (every * shares[..., None]).sum(0)
    facts = [
        combination,
        *(f"{item.teacher}:{share:.6f}" for item, share in zip(teachers, shares.mean(1), strict=True)),
    ]
    identity = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    return TeacherScores.made(identity, first.labels, keys, as_logits(mixed) if exclusive else as_label_logits(mixed))


def _sigmoid(logits: "np.ndarray") -> "np.ndarray":
    chances: np.ndarray = 1 / (1 + np.exp(-logits))
    return chances
