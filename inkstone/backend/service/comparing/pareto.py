"""Which runs no other beats in everything at once."""

import math
from collections.abc import Sequence

LESS_IS_BETTER = ("loss", "ece", "seconds", "bytes", "error", "latency", "perplexity")


def wants_less(name: str) -> bool:
    """Return whether a figure or fact is better the lower it is, by its name."""
    last = name.rsplit("/", 1)[-1].lower()
    return any(word in last for word in LESS_IS_BETTER)


def front(points: Sequence[Sequence[float | None]], less: Sequence[bool]) -> list[int]:
    """Return the indexes of the points that no other point dominates: as good in everything and better in something.

    Args:
        points: One sequence of values a run; runs with a missing value take no part.
        less: For each value whether less is better.
    """
    signs = [1.0 if low else -1.0 for low in less]
    costs = {
        index: [sign * float(value) for sign, value in zip(signs, point, strict=True)]  # type: ignore[arg-type]
        for index, point in enumerate(points)
        if all(value is not None and math.isfinite(value) for value in point)
    }
    return [index for index, cost in costs.items() if not any(_dominates(other, cost) for other in costs.values())]


def _dominates(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True)) and list(one) != list(other)
