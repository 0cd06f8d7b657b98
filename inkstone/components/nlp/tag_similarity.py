"""Suggests tags for texts that no model was trained on: by the similarity of their vectors to those of the tags."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_SHARPNESS = 10.0  # of the softmax over cosines
_NAME_IN_TEXT = 0.3  # added to the cosine of a text that holds the tag's name


@dataclass(frozen=True)
class Suggestion:
    """A tag for a text, and how far it lies ahead of the others (a softmax of similarities; no probability of being right)."""

    tag: str
    confidence: float


def suggest(
    texts: Sequence[str],
    tags: Mapping[str, Sequence[str]],
    embed: Callable[[Sequence[str]], np.ndarray],
) -> list[Suggestion]:
    """Return the nearest tag of each text.

    A tag is the mean of the vectors of its examples, where there are any, and of its name. Vectors are centred first (the mean vector of an
    encoder is shared by all texts and says nothing), and so are the similarities of each tag, so that no tag is near to everything
    (hubness; Radovanovic et al. 2010).

    Args:
        texts: What to tag.
        tags: Name to texts that bear the tag already; empty for a new one.
        embed: Gives vectors of shape (texts, width).
    """
    names = list(tags)
    examples = [(number, text) for number, name in enumerate(names) for text in tags[name]]
    found = embed([*texts, *(text for _, text in examples)])
    centre = found.mean(axis=0)
    of_texts, of_examples = _unit(found[: len(texts)] - centre), _unit(found[len(texts) :] - centre)
    named = embed(names)
    prototypes = _unit(named - (named.mean(axis=0) if len(names) > 1 else centre))
    for number in range(len(names)):
        own = of_examples[[place for place, (tag, _) in enumerate(examples) if tag == number]]
        if len(own):
            prototypes[number] = _unit((own.sum(axis=0) + prototypes[number])[None])[0]
    near = of_texts @ prototypes.T
    near -= near.mean(axis=0)
    near += _NAME_IN_TEXT * np.array([[name in text for name in names] for text in texts], dtype=float)
    odds = np.exp(_SHARPNESS * (near - near.max(axis=1, keepdims=True)))
    shares = odds / odds.sum(axis=1, keepdims=True)
    return [Suggestion(names[best], float(row[best])) for row, best in zip(shares, near.argmax(axis=1), strict=True)]


def _unit(rows: np.ndarray) -> np.ndarray:
    unit: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
