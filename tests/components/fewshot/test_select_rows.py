"""What to label next: what the model is unsure of, without repeating itself."""

import numpy as np
import pytest
from fewshot_parts import LABELS, TEXTS, rows_of

from inkstone.components.fewshot.select_rows import pick, uncertainty
from inkstone.components.nlp.fewshot.folds import as_table


def test_uncertainty_by_hand():
    scores = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    assert uncertainty(scores, "entropy") == pytest.approx([np.log(2) / np.log(3), 0.0], abs=1e-6)
    assert uncertainty(scores, "margin") == pytest.approx([1.0, 0.0])


def test_a_text_like_one_already_picked_gives_way():
    texts = ["屏幕坏了怎么办", "屏幕坏了怎么办呢", "物流什么时候到"]
    assert pick(texts, np.array([0.9, 0.89, 0.6]), 2, diversity=0.5) == [0, 2]
    assert pick(texts, np.array([0.9, 0.89, 0.6]), 2, diversity=0.0) == [0, 1]


def test_the_component_gives_a_table_to_label(context, reviews, tmp_path):
    model = context.run("train.ngram_baseline", {"train": reviews})["model"]
    unlabelled = as_table(rows_of(["手机不错", "很好", "很慢"], None), [], tmp_path / "texts")
    table = context.run("fewshot.select_rows", {"model": model, "unlabelled": unlabelled}, count=2)["table"]
    rows = [row for batch in table.batches() for row in batch.to_pylist()]
    assert len(rows) == 2
    assert rows[0]["uncertainty"] >= rows[1]["uncertainty"] or rows[0]["text"] != rows[1]["text"]
    assert {row["predicted"] for row in rows} <= set(LABELS) and TEXTS
