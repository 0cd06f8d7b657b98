"""Cross-validation never leaks, and keeps every class on the training side."""

import numpy as np
import pytest
from fewshot_parts import rows_of

from inkstone.components.nlp.fewshot.folds import mean_and_spread, split_folds


def test_folds_cover_every_row_once_and_keep_classes_in_training():
    labels = ["a"] * 8 + ["b"] * 5 + ["c"]
    rows = rows_of([f"text {number}" for number in range(14)], labels)
    folds = split_folds(rows, 4, seed=0)
    held = np.concatenate([outside for _, outside in folds])
    assert sorted(held.tolist()) == list(range(13))  # the only row of c is always trained on
    for inside, outside in folds:
        assert not set(inside) & set(outside)
        assert {labels[index] for index in inside} == {"a", "b", "c"}


def test_equal_texts_never_stand_on_both_sides():
    rows = rows_of(["same", "same", "x", "y", "same", "z"], ["a", "a", "a", "b", "b", "b"])
    for seed in range(10):
        for inside, outside in split_folds(rows, 3, seed):
            assert not {rows.texts[i] for i in inside} & {rows.texts[i] for i in outside}


def test_another_seed_splits_anew():
    rows = rows_of([str(number) for number in range(20)], ["a", "b"] * 10)
    first, second = ([outside.tolist() for _, outside in split_folds(rows, 4, seed)] for seed in (0, 1))
    assert first != second


def test_spread_is_the_sample_standard_deviation():
    values = [{"x": 0.5}, {"x": 0.7}, {"x": 0.9}]
    assert mean_and_spread(values, "x") == pytest.approx((0.7, np.std([0.5, 0.7, 0.9], ddof=1)))
