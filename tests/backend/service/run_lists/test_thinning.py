"""Thinned and smoothed curves, and the Pareto front."""

import math

import pandas as pd
import pytest

from inkstone.backend.service.comparing.pareto import front, wants_less
from inkstone.backend.service.comparing.thinning import largest_triangles, smoothed


def plain_triangles(x, y, points):
    """Largest triangle three buckets as its thesis writes it down, in loops."""
    count = len(x)
    edges = [int(1 + (count - 2) * place / (points - 2)) for place in range(points - 1)]
    kept = [0]
    for place in range(points - 2):
        after = range(edges[place + 1], edges[place + 2]) if place + 2 < len(edges) else [count - 1]
        mean_x, mean_y = sum(x[i] for i in after) / len(after), sum(y[i] for i in after) / len(after)
        a = kept[-1]

        def area(i, a=a, mean_x=mean_x, mean_y=mean_y):
            return abs((x[a] - mean_x) * (y[i] - y[a]) - (x[a] - x[i]) * (mean_y - y[a])) / 2

        kept.append(max(range(edges[place], edges[place + 1]), key=area))
    return [*kept, count - 1]


@pytest.mark.parametrize(("count", "points"), [(100, 10), (1000, 37), (50, 49), (11, 3)])
def test_largest_triangles_against_plain_loops(count, points):
    x = list(range(count))
    y = [math.sin(i / 7) + (5 if i == count // 3 else 0) + (i * 37 % 11) / 50 for i in x]
    found = largest_triangles(x, y, points)
    assert found == plain_triangles(x, y, points)
    assert len(found) == points
    assert found[0] == 0 and found[-1] == count - 1


def test_a_peak_stays():
    y = [0.0] * 5000
    y[2345] = 1.0
    assert 2345 in largest_triangles(list(range(5000)), y, 50)


def test_short_curves_stay_whole():
    assert largest_triangles([1.0, 2.0], [3.0, 4.0], 100) == [0, 1]
    assert largest_triangles([], [], 100) == []


def test_smoothing_is_the_average_of_pandas():
    y = [1.0, 5.0, 2.0, 8.0, 3.0]
    expected = pd.Series(y).ewm(alpha=0.3, adjust=True).mean().tolist()
    assert smoothed(y, 0.7) == pytest.approx(expected)
    assert smoothed(y, 0.0) == y


def test_the_front_holds_what_nobody_beats_in_everything():
    points = [(10, 0.9), (5, 0.9), (1, 0.5), (2, 0.5), (20, 0.95), (None, 1.0), (1, float("nan")), (5, 0.9)]
    assert front(points, [True, False]) == [1, 2, 4, 7]
    assert wants_less("test/loss") and wants_less("train_seconds") and not wants_less("test/macro_f1")
