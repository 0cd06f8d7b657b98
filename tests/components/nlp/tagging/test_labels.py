"""Figures, thresholds, hierarchies and the loss of multi-label classification."""

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, ndcg_score

from inkstone.components.nlp.tagging.label_figures import best_threshold, label_figures, learn_thresholds, ranking
from inkstone.components.nlp.tagging.label_rows import coherent, with_parents
from inkstone.components.nlp.tagging.multilabel import asymmetric_loss

RANDOM = np.random.default_rng(0)
TRUE = RANDOM.random((40, 12)) < 0.25
SCORES = RANDOM.random((40, 12)) * 0.5 + TRUE * 0.3


def test_ranking_figures_equal_those_of_scikit_learn() -> None:
    rows = TRUE.any(axis=1)
    found = ranking(TRUE[rows], SCORES[rows])
    for depth in (1, 3, 5):
        assert found[f"ndcg_at_{depth}"] == pytest.approx(ndcg_score(TRUE[rows], SCORES[rows], k=depth))


def test_ranking_of_a_case_worked_by_hand() -> None:
    found = ranking(np.array([[True, False, True]]), np.array([[0.9, 0.5, 0.4]]))
    assert found["p_at_1"] == 1.0
    assert found["p_at_3"] == pytest.approx(2 / 3)
    assert found["r_at_1"] == 0.5
    assert found["ndcg_at_3"] == pytest.approx((1 + 0.5) / (1 + 1 / np.log2(3)))


def test_the_common_threshold_is_the_best_of_all() -> None:
    best = best_threshold(TRUE, SCORES)
    tried = [f1_score(TRUE.ravel(), (value <= SCORES).ravel()) for value in np.linspace(0, 1, 201)]
    assert f1_score(TRUE.ravel(), (best <= SCORES).ravel()) >= max(tried) - 1e-9
    assert best_threshold(np.zeros((2, 2), dtype=bool), SCORES[:2, :2]) == 0.5


def test_learned_thresholds_are_at_least_as_good_on_the_rows_they_were_learned_on() -> None:
    shifted = SCORES * np.linspace(0.4, 1.0, 12)
    common = shifted >= best_threshold(TRUE, shifted)
    own = shifted >= learn_thresholds(TRUE, shifted)
    assert label_figures(TRUE, shifted, own)["macro_f1"] > label_figures(TRUE, shifted, common)["macro_f1"]


def test_parents_are_added_and_never_less_likely() -> None:
    assert with_parents(["a/b/c", "d"], "/") == ["a", "a/b", "a/b/c", "d"]
    labels = ["a", "a/b", "a/b/c"]
    assert coherent(np.array([[0.1, 0.3, 0.8]]), labels, "/").tolist() == [[0.8, 0.8, 0.8]]
    assert coherent(np.array([[0.9, 0.3, 0.2]]), labels, "/").tolist() == [[0.9, 0.3, 0.2]]


def test_the_asymmetric_loss_is_cross_entropy_without_focus_and_forgives_easy_absences() -> None:
    logits, wanted = torch.tensor([[2.0, -3.0, 0.5]]), torch.tensor([[1.0, 0.0, 0.0]])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum(1)
    assert torch.allclose(asymmetric_loss(logits, wanted, 0, 0, 0), plain, atol=1e-5)
    easy = asymmetric_loss(torch.tensor([[-4.0]]), torch.tensor([[0.0]]), 0, 4, 0.05)
    assert easy.item() == 0.0
    chance = torch.tensor(0.5).sigmoid().item() - 0.05
    focused = asymmetric_loss(torch.tensor([[0.5]]), torch.tensor([[0.0]]), 0, 4, 0.05)
    assert focused.item() == pytest.approx(-(chance**4) * np.log(1 - chance), rel=1e-4)
