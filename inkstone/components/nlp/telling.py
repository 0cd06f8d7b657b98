"""Which parts of a text spoke for a class: exact for n-gram models, by leaving parts out for networks."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from inkstone.components.nlp.combined import CombinedText
from inkstone.components.nlp.evasion.phonetics import as_sounds
from inkstone.components.nlp.inference import NgramText, TextModel
from inkstone.components.nlp.ngram import NgramModel
from inkstone.components.nlp.risk.several import SeveralText

MOST = 5
_LOOKED_AT = 2_000
_WINDOWS = 16
_WORD = re.compile(r"(?u)\b\w+\b")


class Telling(NamedTuple):
    """A stretch of a text and how much it spoke for a class, as a share of all that did."""

    start: int
    end: int
    weight: float


def telling(model: TextModel, text: str, label: int) -> list[Telling]:
    """Return the stretches that spoke most for a class, strongest first; at most five.

    Args:
        model: Any classifier of texts.
        text: The text as the model reads it.
        label: Number of the class.
    """
    looked_at = text[:_LOOKED_AT]
    if not looked_at.strip():
        return []
    linear = _linear(model)
    if isinstance(model, SeveralText):
        name = model.labels[label]
        linear = [(one, weight) for one, weight in linear if name in one.labels]
        found = _summed(linear, looked_at, lambda one, terms: one.coefficients[one.labels.index(name), terms])
    else:
        found = _summed(linear, looked_at, lambda one, terms: _excess(one.coefficients[:, terms], label))
    return _stretches(found if linear else _by_leaving_out(model, looked_at, label), looked_at)


def _linear(model: TextModel) -> list[tuple[NgramModel, float]]:
    if isinstance(model, SeveralText):
        return model.linear()
    if isinstance(model, NgramText):
        return [(model.model, 1.0)]
    if not isinstance(model, CombinedText):
        return []
    return [
        (member.model, group.weight / len(members))
        for group, members in zip(model.groups, model.models, strict=True)
        for member in members
        if isinstance(member, NgramText)
    ]


def _excess(coefficients: "np.ndarray", label: int) -> "np.ndarray":
    """Return what each n-gram adds to the logit of a class beyond the other classes' mean."""
    own = coefficients[label]
    return np.asarray(own - (coefficients.sum(axis=0) - own) / max(1, len(coefficients) - 1))


def _summed(
    models: Sequence[tuple[NgramModel, float]], text: str, speaking: "Callable[[NgramModel, list[int]], np.ndarray]"
) -> "np.ndarray":
    """Return for each character what its n-grams say; ``speaking`` gives what n-grams of a model add to a logit."""
    found = np.zeros(len(text))
    for model, weight in models:
        if weight:
            found += weight * _of_model(model, text, speaking)
    return found


def _of_model(model: NgramModel, text: str, speaking: "Callable[[NgramModel, list[int]], np.ndarray]") -> "np.ndarray":
    found = np.zeros(len(text))
    pieces = _pieces(model, text)
    numbers = [model.number_of(term) for term, _, _ in pieces]
    counts: dict[int, int] = {}
    for number in numbers:
        if number is not None:
            counts[number] = counts.get(number, 0) + 1
    if not counts:
        return found
    lengths = {number: (1 + np.log(count)) * model.idf[number] for number, count in counts.items()}
    added = dict(zip(counts, speaking(model, list(counts)).tolist(), strict=True))
    norm = float(np.sqrt(sum(value**2 for value in lengths.values())))
    for number, (_, start, end) in zip(numbers, pieces, strict=True):
        if number is None:
            continue
        found[start:end] += added[number] * lengths[number] / norm / counts[number] / (end - start)
    return found


def _pieces(model: NgramModel, text: str) -> list[tuple[str, int, int]]:
    """Return every n-gram with its place; in texts whose length changes by lowering, none."""
    if model.analyzer == "word":
        words = [(found.group().lower(), *found.span()) for found in _WORD.finditer(text)]
        return [
            (" ".join(word for word, _, _ in words[at : at + size]), words[at][1], words[at + size - 1][2])
            for size in range(model.shortest, model.longest + 1)
            for at in range(len(words) - size + 1)
        ]
    whole = (
        "".join([as_sounds(sign) if "\u3400" <= sign <= "\u9fff" else sign.lower() for sign in text])
        if model.analyzer == "sound"
        else text.lower()
    )
    if len(whole) != len(text):
        return []
    return [
        (whole[at : at + size], at, at + size)
        for size in range(model.shortest, model.longest + 1)
        for at in range(len(whole) - size + 1)
    ]


def _by_leaving_out(model: TextModel, text: str, label: int) -> "np.ndarray":
    """Return for each character how much the score falls without its part of the text (Zeiler and Fergus 2014)."""
    size = max(2, -(-len(text) // _WINDOWS))
    parts = [(start, min(start + size, len(text))) for start in range(0, len(text), size)]
    texts = [text, *(text[:start] + text[end:] for start, end in parts)]
    scores = np.log(np.clip(model.scores(texts)[:, label], 1e-9, 1.0))
    found = np.zeros(len(text))
    for (start, end), score in zip(parts, scores[1:], strict=True):
        found[start:end] = (scores[0] - score) / (end - start)
    return found


def _stretches(values: "np.ndarray", text: str) -> list[Telling]:
    """Join neighbouring characters that speak clearly for the class."""
    speaking = np.clip(values, 0, None)
    total = float(speaking.sum())
    if total <= 0:
        return []
    clear = speaking >= max(float(speaking.max()) * 0.25, total / len(text))
    found: list[Telling] = []
    start = None
    for place in range(len(text) + 1):
        inside = place < len(text) and clear[place] and not text[place].isspace()
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            found.append(Telling(start, place, round(float(speaking[start:place].sum()) / total, 4)))
            start = None
    return sorted(found, key=lambda item: -item.weight)[:MOST]
