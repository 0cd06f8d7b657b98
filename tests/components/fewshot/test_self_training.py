"""Pseudo-labels: the surest of each class, in the proportions of the labelled rows."""

import numpy as np
import pytest
from fewshot_parts import SMALL, rows_of

from inkstone.components.fewshot.methods import METHODS
from inkstone.components.fewshot.self_training import with_pseudo_labels
from inkstone.components.nlp.fewshot.component import work_of
from inkstone.components.nlp.fewshot.soft_labels import soften, train_on_soft_labels
from inkstone.components.nlp.inference import load_model


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


def test_softened_probabilities_by_hand():
    # sqrt(0.8) = 0.8944, sqrt(0.2) = 0.4472: two thirds and one third
    assert soften(np.array([[0.8, 0.2], [1.0, 0.0]]), 2.0) == pytest.approx(
        np.array([[2 / 3, 1 / 3], [1, 0]]), abs=1e-5
    )


def test_the_last_classifier_learns_probabilities_not_classes(context, reviews, bert, tmp_path):
    wanted = METHODS["self_training"].parameters({**SMALL, "encoder": str(bert), "epochs": 60, "learning_rate": 2e-3})
    work = work_of(context, {"train": reviews}, wanted)
    texts = [f"手机{number}次很{word}" for number in range(4) for word in ("好", "差")]
    scores = np.array([[0.8, 0.2], [0.2, 0.8]] * 4)
    train_on_soft_labels(work, texts, scores, tmp_path / "model")
    model = load_model(tmp_path / "model")
    assert model.labels == work.labels
    assert model.scores(texts) == pytest.approx(soften(scores, 2.0), abs=0.12)
    assert model.scores(work.rows.texts).max(axis=1).min() > 0.8  # the labelled rows are learned as certain
