"""Pairs are drawn within bounds, whatever the number of rows."""

import numpy as np

from inkstone.components.nlp.fewshot.sentence_pairs import draw_pairs


def test_pairs_are_balanced_true_and_bounded_by_the_rows():
    labels = np.array([0, 0, 0, 1, 1, 2])
    first, second, same = draw_pairs(labels, per_row=10, most=1000, seed=0)
    assert len(first) == 60
    assert same.sum() == 30
    assert ((labels[first] == labels[second]) == same.astype(bool)).all()
    lonely = (first == 5) & (same == 1)
    assert (second[lonely] == 5).all()
    assert (first[(same == 1) & (first != 5)] != second[(same == 1) & (first != 5)]).all()


def test_the_cap_holds_for_many_rows():
    labels = np.arange(20_000) % 50
    first, _, _ = draw_pairs(labels, per_row=40, most=5_000, seed=0)
    assert len(first) <= 5_000
