"""Reads what a user writes into the fields for patterns and label words."""

import re
from collections.abc import Mapping, Sequence

from inkstone.components.nlp.fewshot.errors import MISSING_WORDS, UNKNOWN_CLASS

_SEPARATORS = "=:：＝"
_BETWEEN = re.compile(r"[,，、;；|]")


def read_patterns(written: str) -> list[str]:
    """Return the patterns of a field: one a line, empty lines left out."""
    return [line.strip() for line in written.splitlines() if line.strip()]


def read_label_words(written: str, labels: Sequence[str]) -> dict[str, list[str]]:
    """Return the words of each class that a field names: a line ``class = word, word`` for each.

    A class name may itself hold ``=`` or ``:``; the longest class name that a line begins with counts.

    Raises:
        InkstoneError: ``fewshot.unknown_class``, ``fewshot.missing_words``.
    """
    found: dict[str, list[str]] = {}
    for line in read_patterns(written):
        label = _label_of(line, labels)
        if label is None:
            name = re.split(f"[{_SEPARATORS}]", line, maxsplit=1)[0].strip()
            raise UNKNOWN_CLASS(label=name, known=", ".join(labels), at="label_words")
        rest = line[len(label) :].lstrip()[1:]
        words = [word.strip() for word in _BETWEEN.split(rest) if word.strip()]
        if not words:
            raise MISSING_WORDS(label=label, at="label_words")
        found.setdefault(label, []).extend(words)
    return found


def write_label_words(words: Mapping[str, Sequence[str]]) -> str:
    """Return what ``read_label_words`` reads."""
    return "\n".join(f"{label} = {', '.join(own)}" for label, own in words.items())


def _label_of(line: str, labels: Sequence[str]) -> str | None:
    for label in sorted(labels, key=len, reverse=True):
        rest = line[len(label) :].lstrip()
        if line.startswith(label) and rest[:1] and rest[0] in _SEPARATORS:
            return label
    return None
