"""What a model was trained on, in two histograms: how long the texts were and which labels they had."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from inkstone.components.nlp.rows import TextRows

LENGTHS = (8, 16, 32, 64, 128, 256, 512, 1024)
"""Upper bounds of the histogram of lengths, in characters."""
LONGER = "longer"


def length_class(text: str) -> str:
    """Return the bar of the histogram that a text belongs to: its upper bound, or ``longer``."""
    return next((str(limit) for limit in LENGTHS if len(text) <= limit), LONGER)


def length_counts(texts: Iterable[str]) -> Counter[str]:
    """Return the histogram of lengths."""
    return Counter(map(length_class, texts))


def profile_of_lists(texts: Sequence[str], lists: Iterable[Iterable[str]]) -> dict[str, Any]:
    """Return the profile of texts with any number of labels, or of types of entities; each counts once a text."""
    labels = Counter(label for row in lists for label in set(row))
    return {"texts": len(texts), "lengths": dict(length_counts(texts)), "labels": dict(labels)}


def profile_of(rows: TextRows) -> dict[str, Any]:
    """Return the profile of training rows, for the model's card: ``{"texts", "lengths", "labels"}``."""
    return {"texts": len(rows.texts), "lengths": dict(length_counts(rows.texts)), "labels": dict(rows.counts())}
