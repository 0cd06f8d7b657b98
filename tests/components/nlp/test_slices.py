"""Weak slices: a planted one is found, chance is not, and the figures agree with other implementations."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from inkstone.components.nlp.slices import Property, benjamini_hochberg, fisher, weak_slices


def rows(seed: int, planted: bool):
    random = np.random.default_rng(seed)
    topics = random.choice(["news", "sport", "trade"], 400).tolist()
    labels = random.choice(["甲", "乙"], 400).tolist()
    texts = [f"第 {number} 条 {'退款' if random.random() < 0.3 else '消息'} 内容" for number in range(400)]
    weak = np.array(
        [planted and topic == "trade" and label == "甲" for topic, label in zip(topics, labels, strict=True)]
    )
    wrong = random.random(400) < np.where(weak, 0.6, 0.08)
    return texts, labels, wrong, ["zh"] * 400, {"topic": topics}


def test_a_planted_slice_comes_first_with_both_its_properties() -> None:
    texts, labels, wrong, languages, columns = rows(1, planted=True)
    best = weak_slices(texts, labels, wrong, languages, columns)[0]
    assert set(best.properties) == {Property("label", value="甲"), Property("column", "topic", "trade")}
    inside = np.array([a == "甲" and b == "trade" for a, b in zip(labels, columns["topic"], strict=True)])
    assert (best.rows, best.errors) == (inside.sum(), wrong[inside].sum())
    assert (best.rest_rows, best.rest_errors) == ((~inside).sum(), wrong[~inside].sum())


def test_where_there_is_no_weak_slice_hardly_any_is_found() -> None:
    found = [bool(weak_slices(*rows(seed, planted=False))) for seed in range(12)]
    assert sum(found) <= 2  # one in twenty is to be expected


def test_the_test_is_fishers_and_the_correction_that_of_benjamini_and_hochberg() -> None:
    p = fisher([(20, 9), (50, 4)], 200, 20)
    expected = [
        fisher_exact([[9, 11], [11, 169]], "greater").pvalue,
        fisher_exact([[4, 46], [16, 134]], "greater").pvalue,
    ]
    assert p == pytest.approx(expected)
    by_hand = [0.04, 0.04, 0.04, 0.05]  # 0.01*4/1, then min(0.02*4/2, 0.03*4/3), 0.03*4/3, 0.05
    assert benjamini_hochberg(np.array([0.01, 0.02, 0.03, 0.05])) == pytest.approx(by_hand)


def test_without_errors_or_without_hits_there_is_nothing_to_find() -> None:
    texts, labels, _, languages, columns = rows(1, planted=True)
    for nothing in (np.zeros(400, bool), np.ones(400, bool)):
        assert weak_slices(texts, labels, nothing, languages, columns) == []
