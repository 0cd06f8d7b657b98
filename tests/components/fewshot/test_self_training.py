"""Pseudo-labels: the surest of each class, in the proportions of the labelled rows."""

import numpy as np
from fewshot_parts import rows_of

from inkstone.components.fewshot.self_training import with_pseudo_labels


def test_each_class_gives_its_surest_texts_in_proportion():
    rows = rows_of(["1", "2", "3"], ["a", "a", "b"])
    texts = ["p", "q", "r", "s", "t"]
    scores = np.array([[0.9, 0.1], [0.6, 0.4], [0.8, 0.2], [0.3, 0.7], [0.05, 0.95]])
    more = with_pseudo_labels(rows, texts, scores, ["a", "b"], wanted=3)
    assert list(zip(more.texts[3:], more.labels[3:], strict=True)) == [("p", "a"), ("r", "a"), ("t", "b")]
    assert len(set(more.row_ids)) == 6


def test_a_class_that_no_text_belongs_to_gives_none():
    rows = rows_of(["1", "2"], ["a", "b"])
    more = with_pseudo_labels(rows, ["p"], np.array([[0.9, 0.1]]), ["a", "b"], wanted=10)
    assert more.labels == ["a", "b", "a"]
