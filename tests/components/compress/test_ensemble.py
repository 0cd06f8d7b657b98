"""Several teachers: mixing by hand, the three-step comparison."""

import numpy as np
import pytest

from inkstone.components.nlp.compression.ensemble import combined, mixing_weights
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_logits
from inkstone.components.nlp.metrics import softmax

TWO = np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.5, 0.5], [0.2, 0.8]]])


def test_shares_by_hand() -> None:
    assert mixing_weights(TWO, "mean").tolist() == [[0.5, 0.5], [0.5, 0.5]]
    by_worth = mixing_weights(TWO, "validation", [0.9, 0.6])
    assert by_worth[:, 0] == pytest.approx([0.8, 0.2])
    # A teacher that knows nothing of a row has no say in it.
    assert mixing_weights(TWO, "confidence") == pytest.approx(np.array([[1.0, 0.0], [0.0, 1.0]]), abs=1e-9)


def test_teachers_no_better_than_chance_are_all_heard() -> None:
    assert mixing_weights(TWO, "validation", [0.5, 0.3]).tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_mixed_probabilities_by_hand_whatever_the_order_of_the_rows() -> None:
    first = TeacherScores.made("a", ["x", "y"], np.array([7, 3]), as_logits(TWO[0]))
    second = TeacherScores.made("b", ["x", "y"], np.array([3, 7]), as_logits(TWO[1][::-1]))
    mixed = combined([first, second], "mean")
    logits, _ = mixed.of(np.array([7, 3]))
    assert softmax(logits) == pytest.approx(np.array([[0.7, 0.3], [0.35, 0.65]]), abs=1e-6)
    assert mixed.teacher != combined([first, second], "validation", [0.9, 0.6]).teacher


def test_three_steps_end_with_the_chosen_student(context, rows, teacher, ngram, small) -> None:
    made = context.run(
        "compress.distil_ensemble", {"teachers": [teacher, ngram], "train": rows, "dev": rows}, encoder=str(small),
        epochs=1.0, precision="fp32", three_steps=True,
    )  # fmt: skip
    figures = made["metrics"].read()
    assert [line["step"] for line in figures["compared"]] == ["one", "mean", "validation"]
    assert len(figures["teachers"]) == 2
    assert len(made["report"].read()["sections"]) == 2
