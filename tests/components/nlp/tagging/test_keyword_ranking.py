"""Ranking of keyword candidates: places, statistics worked by hand, folds that do not leak, odd rows."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.keyword_candidates import KnownWords, ReadText, occurrences, read_text
from inkstone.components.nlp.tagging.keyword_clues import clues
from inkstone.components.nlp.tagging.keyword_features import FEATURES, Candidates, candidates
from inkstone.components.nlp.tagging.keyword_index import build_index
from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, load_extractor, save_extractor
from inkstone.components.nlp.tagging.keyword_ranking import RankingModel
from inkstone.components.nlp.tagging.keyword_training import best_threshold, fit_ranking, folded, hold_out
from inkstone.components.nlp.tagging.words import Segmenter

SEGMENTER = Segmenter()
TEXTS = ["苹果手机降价", "苹果手机发布", "苹果丰收", "高考志愿填报", "高考成绩公布"]
KEYWORDS = [["苹果手机", "数码"], ["苹果手机", "数码"], ["苹果", "农业"], ["高考", "教育"], ["高考", "教育"]]


def read(texts: Sequence[str]) -> list[ReadText]:
    return [read_text(text, SEGMENTER) for text in texts]


def of(found: Candidates, name: str, feature: str) -> float:
    return float(found.features[found.names.index(name), FEATURES.index(feature)])


def fitted(
    texts: Sequence[str] = TEXTS * 4, keywords: Sequence[Sequence[str]] = KEYWORDS * 4, seed: int = 0
) -> RankingModel:
    return fit_ranking(read(texts), [folded(row) for row in keywords], 5, seed)


def test_places_count_characters_of_the_text_as_it_came() -> None:
    text = "Ｍachine  learning 与 ｉＰｈｏｎｅ，iphone13 和 Start art"
    one = read_text(text, SEGMENTER)
    assert [text[a:b] for a, b in occurrences(one, "machinelearning")] == ["Ｍachine  learning"]
    assert [text[a:b] for a, b in occurrences(one, "iphone")] == ["ｉＰｈｏｎｅ"], (
        "part of a longer word does not count"
    )
    assert [text[a:b] for a, b in occurrences(one, "art")] == ["art"]
    assert occurrences(one, "") == occurrences(one, "没有") == []
    assert KnownWords(["art", "iphone", "和", "13"]).within(one) == ["iphone", "和", "art"]


def test_letters_cut_apart_by_the_segmenter_are_no_candidates_of_their_own() -> None:
    for text in ("vivox15s发布", "cafe\u0301 latte", "ﬁne ㎏ ①"):
        one = read_text(text, SEGMENTER)
        assert all(occurrences(one, name) for name in one.phrases)


def test_clues_see_the_phrase_and_its_neighbours() -> None:
    seen = clues(read_text("苹果手机降价", SEGMENTER), "手机")
    assert {"is=手机", "length=2", "head=手", "tail=机", "has=手机", "before=果", "behind=降", "left=苹果"} <= set(seen)
    assert {"before=^", "left=^"} <= set(clues(read_text("手机", SEGMENTER), "手机"))


def test_phrases_of_either_script() -> None:
    found = read_text("Deep neural networks of the brain", SEGMENTER).phrases
    assert {"neuralnetworks", "deepneuralnetworks", "brain"} <= set(found)
    assert not any("the" in name for name in found)
    assert "手机价格" in read_text("苹果的手机价格", SEGMENTER).phrases


def test_keyphraseness_and_links_by_hand() -> None:
    index = build_index(read(TEXTS), [folded(row) for row in KEYWORDS], 0)
    assert index.names[:4] == ["教育", "数码", "苹果手机", "高考"]
    (asked,) = candidates(index, read(["高考新闻"]), absent=True)
    assert of(asked, "高考", "keyphraseness") == pytest.approx((2 + 0.3) / (2 + 1))
    assert of(asked, "高考", "given") == pytest.approx(math.log(3))
    assert of(asked, "高考", "idf") == pytest.approx(math.log(6 / 3))
    assert of(asked, "高考", "first") == 0
    assert of(asked, "教育", "stands") == 0
    # two of the two rows with 高考 have 教育: P = 2 / (2 + 1); 新闻 was never seen; 高考 itself is no evidence for itself
    assert of(asked, "教育", "by_words") == pytest.approx(-math.log(1 - 2 / 3), rel=1e-5)
    assert of(asked, "高考", "by_words") == 0
    (fruit,) = candidates(index, read(["苹果"]), absent=True)
    # one of three: a single row counts half
    assert of(fruit, "农业", "by_words") == pytest.approx(-math.log(1 - 0.5 / 4), rel=1e-5)
    assert of(fruit, "数码", "by_words") == pytest.approx(-math.log(1 - 2 / 4), rel=1e-5)


def test_neighbours_by_hand() -> None:
    index = build_index(read(TEXTS), [folded(row) for row in KEYWORDS], 0)
    asked = read(["高考志愿填报"])
    similar = (index.vectors(asked) @ index.texts.T).toarray().ravel()
    assert similar[3] == pytest.approx(1, abs=1e-5)
    (found,) = candidates(index, asked, absent=True)
    assert of(found, "教育", "by_near") == pytest.approx(similar[3] ** 2 + similar[4] ** 2, rel=1e-4)
    assert of(found, "教育", "nearest") == pytest.approx(1, abs=1e-5)


def test_the_keywords_of_a_row_never_tell_its_own_features() -> None:
    texts, part = read(TEXTS), np.array([0, 3])
    before = hold_out(texts, [folded(row) for row in KEYWORDS], part, 0, absent=True)
    changed = [folded(row if number not in {0, 3} else ["完全不同", "教育"]) for number, row in enumerate(KEYWORDS)]
    after = hold_out(texts, changed, part, 0, absent=True)
    assert before.sizes == after.sizes
    assert (before.features == after.features).all()
    assert before.right.tolist() != after.right.tolist()


def test_the_threshold_by_hand() -> None:
    chances, right = np.array([0.9, 0.5, 0.1, 0.8, 0.3]), np.array([True, True, False, False, False])
    # given in this order: right, wrong, right, wrong; F1 = 2/5, 2/6, 4/7, 4/8 with four keywords; two a row at most
    assert best_threshold(chances, right, [3, 2], 4, 2) == pytest.approx((0.5 + 0.3) / 2)
    assert best_threshold(chances, right, [3, 2, 0], 4, 1) == 0.5, (
        "midway between 0.9 and 0.8, but never above one half"
    )


def test_it_gives_words_of_the_text_and_keywords_that_go_with_it(tmp_path: Path) -> None:
    save_extractor(tmp_path, KeywordSettings(method="ranking", count=3), ranking=fitted())
    model = load_extractor(tmp_path, model_io.verify(tmp_path))
    text = "ＡＰＰ：高考志愿填报"
    (answer,) = model.answers([text])
    found = {item.word: item for item in answer.keywords or []}
    assert {"高考", "教育"} == set(found)
    assert found["高考"].spans == [(4, 6)]
    assert found["教育"].spans == []
    assert all(0 < item.score <= 1 for item in found.values())


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    digests = set()
    for place in ("one", "two"):
        save_extractor(tmp_path / place, KeywordSettings(method="ranking"), ranking=fitted())
        digests.add(model_io.read_card(tmp_path / place).digest)
    assert len(digests) == 1


def test_keywords_of_another_case_and_width_are_the_same() -> None:
    rows = [["ＩＰＨＯＮＥ"], ["iPhone"], ["iPhone"], ["iphone", "IPHONE"]] * 3
    model = fitted(["新款iphone来了", "IPHONE降价", "iPhone评测", "ｉｐｈｏｎｅ发布"] * 3, rows)
    assert model.index.names == ["iphone"]
    assert model.index.spellings == ["iPhone"]
    (found,) = model.keywords(["我的IPhone"], SEGMENTER, 5)
    assert [(item.word, item.spans) for item in found] == [("IPhone", [(2, 8)])]


def test_strange_texts_are_answered() -> None:
    model = fitted()
    long = "高考志愿，苹果手机。" * 30_000
    strange = ["", "🙂🎉🎉", "\u200b\u0000", "的了", "x" * 300_000, "中文 English русский 日本語", long]
    answers = model.keywords(strange, SEGMENTER, 5)
    for text, found in zip(strange, answers, strict=True):
        assert all(0 <= a < b <= 20_000 and text[a:b] == item.word for item in found for a, b in item.spans)
    assert answers[0] == []
    assert "高考" in [item.word for item in answers[-1]]


def test_rows_that_are_odd_in_themselves_can_be_learned_from() -> None:
    model = fitted(
        ["", "🙂", "高考", "高考来了", "x" * 5_000], [["高考"], ["教育"], ["高考"], ["高考"], [" ", "长" * 100]]
    )
    assert isinstance(model.keywords(["高考"], SEGMENTER, 5), list)


def test_fewer_rows_than_folds() -> None:
    assert fitted(TEXTS[3:], KEYWORDS[3:]).keywords(["高考"], SEGMENTER, 5)
    with pytest.raises(InkstoneError) as caught:
        fitted(TEXTS[:1], KEYWORDS[:1])
    assert caught.value.code == "keywords.too_few_rows"


def test_nothing_to_learn_is_said() -> None:
    with pytest.raises(InkstoneError) as caught:
        fitted(["今天天气", "明天下雨", "后天刮风"], [["火箭"], ["飞船"], ["卫星"]])
    assert caught.value.code == "keywords.nothing_to_rank"


def test_english_phrases_are_learned() -> None:
    texts = [
        "Support vector machines for text",
        "Training support vector machines",
        "The art of neural networks",
        "Neural networks today",
    ]
    keywords = [
        ["support vector machines", "machine learning"],
        ["Support Vector Machines", "machine learning"],
        ["neural networks", "machine learning"],
        ["neural networks", "machine learning"],
    ]
    (found,) = fitted(texts * 5, keywords * 5).keywords(["On support vector machines"], SEGMENTER, 5)
    assert {item.word: bool(item.spans) for item in found} == {
        "support vector machines": True,
        "machine learning": False,
    }
