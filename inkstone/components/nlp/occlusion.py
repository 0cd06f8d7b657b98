"""Why a text got its class: how far the score falls when a part of the text is hidden (occlusion, Zeiler and Fergus 2014).

``weight(s) = p(class | text) - p(class | text without s)``: above nought the part speaks for the class, below it against it
(representation erasure, Li, Monroe and Jurafsky 2016). Works with any model that gives scores, and needs no gradients.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Score = Callable[[list[str]], Sequence[float]]
"""Gives the score of one class for each text."""

_MOST_PARTS = 80
_WORD = re.compile(r"[A-Za-z0-9]+(?:['\-][A-Za-z0-9]+)*|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Part:
    """A part of a text and how far it speaks for the class."""

    text: str
    weight: float


def parts_of(text: str) -> list[str]:
    """Cut a text into words (jieba where it is Chinese), joined into at most eighty parts; together they are the text."""
    if re.search(r"[一-鿿]", text):
        import jieba

        words = [word for word in jieba.cut(text) if word]
    else:
        words = _WORD.findall(text)
    if len(words) <= _MOST_PARTS:
        return words
    size = -(-len(words) // _MOST_PARTS)
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


def occlusion(text: str, score: Score) -> list[Part]:
    """Return the parts of a text with their weights; spaces alone weigh nothing.

    Args:
        text: The text.
        score: Scores texts for the class in question.
    """
    parts = parts_of(text)
    hidden = [index for index, part in enumerate(parts) if part.strip()]
    texts = [text, *("".join(parts[:index] + parts[index + 1 :]) for index in hidden)]
    scores = list(score(texts))
    weights = {index: scores[0] - value for index, value in zip(hidden, scores[1:], strict=True)}
    return [Part(part, float(weights.get(index, 0.0))) for index, part in enumerate(parts)]
