"""Keyword methods against independent implementations and cases worked by hand."""

import itertools
import math

import networkx
import numpy as np
import pytest

from inkstone.components.nlp.tagging.answers import occurrences
from inkstone.components.nlp.tagging.keyword_figures import keyword_figures
from inkstone.components.nlp.tagging.keyword_methods import diverse, text_rank, tf_idf, yake
from inkstone.components.nlp.tagging.words import Segmenter, Word, is_candidate

NAMES = ["苹果", "手机", "苹果", "电脑", "手机", "价格", "苹果", "价格"]
WORDS = [Word(name, "n", place * 2, place // 4) for place, name in enumerate(NAMES)]


def test_text_rank_equals_the_page_rank_of_networkx() -> None:
    graph = networkx.Graph()
    for first, second in itertools.pairwise(NAMES):
        weight = graph.get_edge_data(first, second, {"weight": 0})["weight"]
        graph.add_edge(first, second, weight=weight + 1)
    expected = networkx.pagerank(graph, alpha=0.85, tol=1e-10)
    found = text_rank(WORDS, nouns=True, iterations=1000, tolerance=1e-12)
    total = sum(found.values())
    assert {word: score / total for word, score in found.items()} == pytest.approx(expected, abs=1e-6)


def test_a_single_word_and_no_word() -> None:
    assert text_rank(WORDS[:1], nouns=True) == {"苹果": pytest.approx(0.15)}
    assert text_rank([], nouns=True) == yake([], nouns=True) == tf_idf([], {}, 1.0, nouns=True) == {}


def test_tf_idf_by_hand() -> None:
    found = tf_idf(WORDS, {"苹果": 1.0, "手机": 2.0}, 3.0, nouns=True)
    assert found == pytest.approx({"苹果": 3 / 8, "手机": 2 / 8 * 2, "电脑": 3 / 8, "价格": 2 / 8 * 3})


def test_yake_by_hand_and_what_stands_early_is_better() -> None:
    position = math.log(math.log(3))
    assert yake(WORDS[:1], nouns=True) == {"苹果": pytest.approx(1 / (1 + position / 2))}
    found = yake([Word("苹果", "n", 0, 0), Word("价格", "n", 3, 6)], nouns=True)
    assert found["苹果"] > found["价格"]
    assert all(0 < score <= 1 for score in found.values())


def test_marginal_relevance_avoids_what_was_said() -> None:
    vectors = np.array([[1.0, 0.0], [0.999, 0.04], [0.6, 0.8]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    text = np.array([0.95, 0.31]) / np.linalg.norm([0.95, 0.31])
    assert [place for place, _ in diverse(vectors, text, 2, 0.0)] == [1, 0]
    assert [place for place, _ in diverse(vectors, text, 2, 0.7)] == [1, 2]


def test_words_know_their_places_and_user_words_stay_whole() -> None:
    text = "  云端小记发布了新版本！Good news"
    words = Segmenter(["云端小记"]).words(text)
    assert all(text[item.start : item.start + len(item.word)] == item.word for item in words)
    assert "云端小记" in [item.word for item in words]
    assert words[-1].sentence == 1
    assert not is_candidate(Word("的", "uj", 0, 0), nouns=False)
    assert not is_candidate(Word("发布", "v", 0, 0), nouns=True)


def test_figures_by_hand() -> None:
    found = keyword_figures([["苹果", "手机"], ["Car"]], [["手机", "价格", "苹果"], ["ｃａｒ"]])
    assert found["p_at_1"] == 1.0
    assert found["r_at_1"] == pytest.approx(2 / 3)
    assert found["f1_at_5"] == pytest.approx(2 * 0.75 * 1 / 1.75)


def test_occurrences() -> None:
    assert occurrences("aXbXX", "X") == [(1, 2), (3, 4), (4, 5)]
    assert occurrences("aaa", "") == []
