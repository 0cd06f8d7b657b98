"""Figures agree with scikit-learn and with hand computation."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from inkstone.components.nlp import metrics


def test_f1_figures_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    true, predicted = random.integers(0, 4, 200), random.integers(0, 4, 200)
    figures = metrics.summary(true, predicted, 4)
    for average in ("macro", "micro", "weighted"):
        assert figures[f"{average}_f1"] == pytest.approx(f1_score(true, predicted, average=average))
    assert figures["accuracy"] == pytest.approx((true == predicted).mean())


def test_a_class_unknown_to_the_model_counts_as_an_error() -> None:
    figures = metrics.summary(np.array([0, 1, -100, -1]), np.array([0, 1, 0, 1]), 2)
    assert figures["accuracy"] == 0.5
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_calibration_error_by_hand() -> None:
    scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    found = metrics.calibration(np.array([0, 1, 0, 1]), scores)
    # bin 9: two rows, confidence 0.9, accuracy 0.5; bin 6: two rows, confidence 0.6, accuracy 1
    assert found["ece"] == pytest.approx(0.5 * 0.4 + 0.5 * 0.4)
    assert [item["rows"] for item in found["bins"]] == [2, 2]


def test_curves_leave_out_classes_without_rows() -> None:
    scores = metrics.softmax(np.random.default_rng(0).normal(size=(50, 3)))
    true = np.array([0, 1] * 25)
    found = metrics.curves(true, scores, ["a", "b", "c"])
    assert [item["label"] for item in found] == ["a", "b"]
    assert 0 <= found[0]["roc_auc"] <= 1
    assert len(found[0]["roc"]["x"]) <= metrics.CURVE_POINTS


def test_cross_entropy_skips_unknown_classes() -> None:
    scores = np.array([[0.5, 0.5], [0.1, 0.9]])
    assert metrics.cross_entropy(scores, np.array([0, -1])) == pytest.approx(np.log(2))
    assert metrics.cross_entropy(scores, np.array([-1, -1])) == 0.0


def test_confusion_and_per_class_keep_the_order_of_the_labels() -> None:
    true, predicted = ["x", "y", "y", "new"], ["x", "x", "y", "y"]
    found = metrics.confusion(true, predicted, ["y", "x", "new"])
    assert found["matrix"] == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]
    rows = metrics.per_class(true, predicted, ["y", "x", "new"])
    assert [(row["label"], row["support"], row["recall"]) for row in rows] == [
        ("y", 2, 0.5),
        ("x", 1, 1.0),
        ("new", 1, 0.0),
    ]
