"""Fewer points with the same look, and smoother curves."""

from collections.abc import Sequence

import numpy as np


def largest_triangles(x: Sequence[float], y: Sequence[float], points: int) -> list[int]:
    """Return the indexes of the points that keep the look of a line (largest triangle three buckets, Steinarsson 2013).

    The first and last points stay. Of each bucket in between the point is kept that spans the largest triangle with the point
    kept before it and the mean of the next bucket.

    Args:
        x: Positions, rising.
        y: Values, all finite.
        points: At most this many points, at least 3.
    """
    count = len(x)
    if count <= max(3, points):
        return list(range(count))
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    edges = np.linspace(1, count - 1, max(3, points) - 1).astype(int)
    kept = [0]
    for place in range(len(edges) - 1):
        start, end = edges[place], edges[place + 1]
        after = slice(end, edges[place + 2]) if place + 2 < len(edges) else slice(count - 1, count)
        mean_x, mean_y = across[after].mean(), up[after].mean()
        last = kept[-1]
        areas = np.abs(
            (across[last] - mean_x) * (up[start:end] - up[last])
            - (across[last] - across[start:end]) * (mean_y - up[last])
        )
        kept.append(int(start + areas.argmax()))
    return [*kept, count - 1]


def smoothed(y: Sequence[float], weight: float) -> list[float]:
    """Return the exponential moving average, corrected for its start as in TensorBoard.

    ``s_t = sum_i w^(t-i) y_i / sum_i w^(t-i)``.

    Args:
        y: Values, all finite.
        weight: How much of the past stays: 0 (nothing) to just below 1.
    """
    if not weight:
        return list(y)
    found, top, bottom = [], 0.0, 0.0
    for value in y:
        top, bottom = top * weight + value, bottom * weight + 1
        found.append(top / bottom)
    return found
