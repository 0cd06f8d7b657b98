"""Cuts texts into words and tells which of them may change."""

import unicodedata
from dataclasses import dataclass

from inkstone.components.nlp.packing import word_starts


@dataclass(frozen=True)
class Words:
    """The words of a text.

    Attributes:
        parts: Words, spaces and punctuation in order; joined they are the text.
        places: Which parts are words that may change.
    """

    parts: list[str]
    places: list[int]


def cut(text: str) -> Words:
    """Return the words of a text: Chinese by jieba, all else as jieba leaves it whole."""
    starts = [place for place, begins in enumerate(word_starts(text)[:-1]) if begins]
    parts = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return Words(
        parts, [number for number, part in enumerate(parts) if part and all(_is_letter(item) for item in part)]
    )


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L"


def similarity(first: str, second: str) -> float:
    """Return Dice's coefficient of the two texts' character bigrams: ``2 |A and B| / (|A| + |B|)``, from 0 to 1."""
    from collections import Counter

    ours, theirs = (Counter(zip(f"\n{item}", f"{item}\n", strict=True)) for item in (first, second))
    return 2 * (ours & theirs).total() / (ours.total() + theirs.total())
