"""Significance against hand-computed cases, scikit-learn and a bootstrap that really draws rows."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from inkstone.components.nlp.significance import holm, mcnemar, paired_bootstrap

CLASSES = ["a", "b", "c"]


def judged(rows: int, right: float, seed: int) -> tuple[list[str], list[str]]:
    draw = np.random.default_rng(seed)
    true = draw.choice(CLASSES, rows, p=[0.6, 0.3, 0.1])
    said = np.where(draw.random(rows) < right, true, draw.choice(CLASSES, rows))
    return true.tolist(), said.tolist()


@pytest.mark.parametrize(("b", "c"), [(10, 3), (3, 10), (0, 6), (59, 11), (1, 0)])
def test_mcnemar_is_the_binomial_test(b, c):
    """Against sums of binomial coefficients, in whole numbers."""
    total, fewer = b + c, min(b, c)
    tail = sum(Fraction(comb(total, k), 2**total) for k in range(fewer + 1))
    point = Fraction(comb(total, fewer), 2**total)
    found = mcnemar(b, c)
    assert found.exact == pytest.approx(float(min(Fraction(1), 2 * tail)))
    assert found.mid == pytest.approx(float(2 * tail - point))
    assert found.mid < found.exact


def test_mcnemar_of_as_many_on_both_sides():
    found = mcnemar(4, 4)
    assert found.exact == 1.0
    assert found.mid == pytest.approx(1 - comb(8, 4) / 2**8 / 2)
    assert (mcnemar(0, 0).exact, mcnemar(0, 0).mid) == (1.0, 1.0)


def test_the_published_example_of_fagerland():
    """Fagerland et al. 2013, table 1 (airway hyper-responsiveness): b = 1, c = 7; exact 0.070, mid-p 0.039."""
    found = mcnemar(1, 7)
    assert (round(found.exact, 3), round(found.mid, 3)) == (0.070, 0.039)


def test_observed_differences_are_those_of_scikit_learn():
    true, first = judged(300, 0.8, 1)
    second = judged(300, 0.6, 2)[1]
    found = paired_bootstrap(true, first, second, resamples=100)
    assert found["accuracy"].value == pytest.approx(accuracy_score(true, first) - accuracy_score(true, second))
    for average in ("macro", "weighted"):
        expected = f1_score(true, first, average=average) - f1_score(true, second, average=average)
        assert found[f"{average}_f1"].value == pytest.approx(expected)
    both = [f1_score(true, said, labels=CLASSES, average=None) for said in (first, second)]
    assert [found[f"f1/{name}"].value for name in CLASSES] == pytest.approx((both[0] - both[1]).tolist())


def test_drawing_counts_is_drawing_rows():
    true, first = judged(150, 0.85, 3)
    second = [said if index % 4 else true[index] for index, said in enumerate(first)]
    found = paired_bootstrap(true, first, second, resamples=4000, seed=5)["macro_f1"]
    draw, columns = np.random.default_rng(9), np.array([true, first, second])
    drawn = []
    for _ in range(600):
        t, a, b = columns[:, draw.integers(0, len(true), len(true))]
        drawn.append(f1_score(t, a, average="macro") - f1_score(t, b, average="macro"))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.012)
    assert found.high == pytest.approx(high, abs=0.012)


def test_the_same_predictions_differ_by_nothing():
    true, said = judged(100, 0.7, 4)
    for found in paired_bootstrap(true, said, said, resamples=200).values():
        assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)


def test_swapping_the_two_turns_the_sign_and_keeps_the_chance():
    true, first = judged(200, 0.8, 1)
    second = judged(200, 0.7, 6)[1]
    there, back = (
        paired_bootstrap(true, *pair, resamples=500)["accuracy"] for pair in ((first, second), (second, first))
    )
    assert there.value == pytest.approx(-back.value)
    assert there.p == pytest.approx(back.p, abs=0.05)
    assert paired_bootstrap(true, first, second, resamples=500)["accuracy"] == there


def test_a_large_difference_is_beyond_chance_and_noise_is_not():
    true, good = judged(400, 0.95, 1)
    bad = judged(400, 0.3, 2)[1]
    found = paired_bootstrap(true, good, bad, resamples=1000)["macro_f1"]
    assert found.p < 0.01 < found.low
    nearly = list(good)
    nearly[0] = next(name for name in CLASSES if name != good[0])
    close = paired_bootstrap(true, good, nearly, resamples=1000)["accuracy"]
    assert close.p > 0.2
    assert close.low <= 0 <= close.high


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
