"""Figures of keyword extraction."""

import unicodedata
from collections.abc import Sequence

DEPTHS = (1, 3, 5, 10)


def plain(word: str) -> str:
    """Return a keyword as it is compared: width and case folded, spaces gone."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


def keyword_figures(true: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return precision, recall and F1 at k, over all rows together, for the first k keywords of each row.

    ``P@k = right / given``, ``R@k = right / true``, ``F1@k = 2PR / (P + R)``: a row with fewer than k keywords gives fewer.
    """
    figures: dict[str, float] = {}
    wanted = [{plain(word) for word in row} for row in true]
    total = sum(map(len, wanted))
    for depth in DEPTHS:
        given = [list(dict.fromkeys(plain(word) for word in row))[:depth] for row in found]
        right = sum(sum(word in truth for word in row) for row, truth in zip(given, wanted, strict=True))
        count = sum(map(len, given))
        precision, recall = right / count if count else 0.0, right / total if total else 0.0
        f1 = 2 * precision * recall / (precision + recall) if right else 0.0
        figures |= {f"p_at_{depth}": precision, f"r_at_{depth}": recall, f"f1_at_{depth}": f1}
    return figures
