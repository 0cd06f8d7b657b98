"""Slices of a test on which a model is weak, found automatically.

A slice is all rows that share one property, or two: a length, a language, a true class, a value of a column, a word. As in
SliceFinder (Chung et al., ICDE 2019) each slice is tested against the rest of the rows, and the many tests are paid for; as in
SliceLine (Sagadeeva and Boehm, SIGMOD 2021) pairs are made only of properties with enough rows, because a pair never has more rows than
either, and slices are ranked by a score of error and size. The test is Fisher's exact test, one-sided; the correction is that of
Benjamini and Hochberg (1995), which keeps the expected share of false finds below a level.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Literal, NamedTuple

import numpy as np

Kind = Literal["length", "language", "label", "column", "word"]
MOST_WORDS = 400
MOST_PAIRED = 60
_PARTS = 4
_WORSE = 1.1
_WEIGHT = 0.9  # of error against size in SliceLine's score
_LATIN = re.compile(r"[a-z][a-z'-]{1,}")


class Property(NamedTuple):
    """What rows of a slice share.

    Attributes:
        kind: What sort of property.
        name: The column, where it is one.
        value: Language, class, value of the column or word.
        shortest: Characters at least, where it is a length.
        longest: Characters at most.
    """

    kind: Kind
    name: str = ""
    value: str = ""
    shortest: int | None = None
    longest: int | None = None


class Slice(NamedTuple):
    """A slice with its errors.

    Attributes:
        properties: One, or two.
        rows: Rows in it.
        errors: Of these, wrong ones.
        rest_rows: All other rows.
        rest_errors: Of these, wrong ones.
        score: SliceLine's: ``a (e / ē - 1) - (1 - a)(n / |S| - 1)``, e the share of errors in the slice, ē over all n rows, a = 0.9.
        p: Of Fisher's exact test that errors are not more frequent in the slice than in the rest.
        adjusted: The p-value after Benjamini and Hochberg.
    """

    properties: tuple[Property, ...]
    rows: int
    errors: int
    rest_rows: int
    rest_errors: int
    score: float
    p: float
    adjusted: float


def weak_slices(
    texts: Sequence[str],
    labels: Sequence[str],
    wrong: "np.ndarray",
    languages: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    *,
    support: int = 20,
    level: float = 0.05,
    most: int = 50,
) -> list[Slice]:
    """Return slices with significantly more errors than the rest of the rows, the worst by score first.

    A slice of two properties counts only where it is clearly worse (by a tenth) than each of the two alone.

    Args:
        texts: The texts.
        labels: True classes.
        wrong: Whether each was answered wrongly.
        languages: Language of each text.
        columns: Further columns and their values.
        support: Fewest rows of a slice.
        level: Share of false finds to accept.
        most: Slices to return.
    """
    wrong = np.asarray(wrong, bool)
    rows, errors = len(wrong), int(wrong.sum())
    if not errors or errors == rows:
        return []
    masks = _properties(texts, labels, languages, columns, support)
    single = [((item,), mask) for item, mask in masks.items()]
    share = {properties[0]: wrong[mask].mean() for properties, mask in single}
    weak = sorted(
        (item for item in masks if share[item] > errors / rows), key=lambda item: -_score(wrong, masks[item])
    )[:MOST_PAIRED]
    pairs = []
    for one, other in combinations(weak, 2):
        if (one.kind, one.name) == (other.kind, other.name):
            continue
        mask = masks[one] & masks[other]
        if mask.sum() >= support and wrong[mask].mean() > _WORSE * max(share[one], share[other]):
            pairs.append(((one, other), mask))
    tested = [*single, *pairs]
    counts = [(int(mask.sum()), int(wrong[mask].sum())) for _, mask in tested]
    p = fisher(counts, rows, errors)
    adjusted = benjamini_hochberg(p)
    found = [
        Slice(
            properties,
            size,
            bad,
            rows - size,
            errors - bad,
            _score(wrong, mask),
            float(p[place]),
            float(adjusted[place]),
        )
        for place, ((properties, mask), (size, bad)) in enumerate(zip(tested, counts, strict=True))
        if adjusted[place] < level
    ]
    return sorted(found, key=lambda item: -item.score)[:most]


def fisher(counts: Sequence[tuple[int, int]], rows: int, errors: int) -> "np.ndarray":
    """Return Fisher's exact one-sided p-value of each slice: ``P(X >= errors in it)``, X hypergeometric.

    Args:
        counts: Rows and errors of each slice.
        rows: Of the whole test.
        errors: Of the whole test.
    """
    from scipy.stats import hypergeom

    sizes, bad = np.array(counts, dtype=np.int64).reshape(-1, 2).T
    return np.asarray(hypergeom.sf(bad - 1, rows, errors, sizes), dtype=np.float64)


def benjamini_hochberg(p: "np.ndarray") -> "np.ndarray":
    """Return p-values adjusted to the false discovery rate: ``min over j >= i of p(j) m / j`` for the i-th smallest of m."""
    from scipy.stats import false_discovery_control

    return np.asarray(false_discovery_control(p, method="bh"), dtype=np.float64) if len(p) else p


def _score(wrong: "np.ndarray", mask: "np.ndarray") -> float:
    return float(_WEIGHT * (wrong[mask].mean() / wrong.mean() - 1) - (1 - _WEIGHT) * (len(wrong) / mask.sum() - 1))


def _properties(
    texts: Sequence[str],
    labels: Sequence[str],
    languages: Sequence[str],
    columns: Mapping[str, Sequence[str]],
    support: int,
) -> dict[Property, "np.ndarray"]:
    """Return each property with enough rows, and which rows have it."""
    found: dict[Property, np.ndarray] = {}
    lengths = np.array([len(text) for text in texts])
    edges = np.unique(np.quantile(lengths, np.linspace(0, 1, _PARTS + 1)).astype(int))
    for place, (low, high) in enumerate(pairwise(edges)):
        first = int(low) if place == 0 else int(low) + 1
        found[Property("length", shortest=first, longest=int(high))] = (lengths >= first) & (lengths <= high)
    groups: list[tuple[Kind, str, Sequence[str]]] = [("language", "", languages), ("label", "", labels)]
    groups += [("column", name, values) for name, values in columns.items()]
    for kind, name, values in groups:
        array = np.array(values, dtype=object)
        for value in set(values):
            found[Property(kind, name, value)] = array == value
    lowered = [text.lower() for text in texts]
    for word in _words(lowered, support):
        found[Property("word", value=word)] = np.array([word in text for text in lowered])
    return {item: mask for item, mask in found.items() if support <= mask.sum() < len(texts)}


def _words(lowered: Sequence[str], support: int) -> list[str]:
    """Return words of two signs or more that enough texts hold, the commonest first."""
    from inkstone.components.nlp.augmentation.words import cut

    counts: Counter[str] = Counter()
    for text in lowered:
        words = cut(text)
        counts.update({words.parts[place] for place in words.places} | set(_LATIN.findall(text)))
    return [word for word, count in counts.most_common() if count >= support and len(word) > 1 and word.strip()][
        :MOST_WORDS
    ]
