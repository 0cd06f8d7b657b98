"""``data.augment``: words, filters, labels, original rows."""

import sys
from pathlib import Path

import numpy as np
import pytest
from component_context import ComponentContext, make_table

sys.path.insert(0, str(Path(__file__).parents[1] / "fewshot"))

from fewshot_parts import LABELS, TEXTS, write_bert

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.augmentation import easy
from inkstone.components.nlp.augmentation.masked import MaskedRewriter
from inkstone.components.nlp.augmentation.words import cut, similarity


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return write_bert(tmp_path_factory.mktemp("encoder"))


@pytest.fixture
def reviews(tmp_path):
    columns = {"text": TEXTS, "label": LABELS, "shop": [str(number) for number in range(8)]}
    return make_table(tmp_path / "reviews", columns, {"text": "text", "label": "label"}, ["好评", "差评"])


@pytest.fixture
def context(tmp_path, inkstone_home):
    return ComponentContext(tmp_path / "node")


def test_words_join_to_the_text_and_punctuation_never_changes() -> None:
    words = cut("手机屏幕很好，very good！")
    assert "".join(words.parts) == "手机屏幕很好，very good！"
    assert [words.parts[place] for place in words.places][:2] == ["手机", "屏幕"]
    assert not {"，", "！", " "} & {words.parts[place] for place in words.places}


def test_similarity_by_hand() -> None:
    # Bigrams of "ab": ^a ab b$; of "abc": ^a ab bc c$; two in common.
    assert similarity("ab", "abc") == pytest.approx(2 * 2 / (3 + 4))
    assert similarity("甲", "甲") == 1
    assert similarity("甲", "乙") == 0


@pytest.mark.parametrize("filling", ["best", "sample"])
def test_masked_words_are_whole_and_never_what_they_were(encoder, filling) -> None:
    text = "手机很好，物流很快。"
    made = MaskedRewriter(encoder).rewrite([text] * 4, 0.3, filling, np.random.default_rng(0))
    for item in made:
        assert item != text
        assert len(item) == len(text)
        assert item[4] == "，"
        phone = item[:2]
        assert phone == "手机" or (phone[0] != "手" and phone[1] != "机")
    again = MaskedRewriter(encoder).rewrite([text] * 4, 0.3, filling, np.random.default_rng(0))
    assert made == again


def test_easy_operations() -> None:
    rng, near = np.random.default_rng(0), {"手机": ["屏幕"], "很": ["很"], "好": ["差"]}
    assert easy.rewrite("手机", 0.1, "synonym", near, rng) == "屏幕"
    assert easy.rewrite("手机", 0.1, "insert", near, rng) == "手机屏幕"
    assert easy.rewrite("手机", 0.9, "delete", near, rng) == "手机"
    assert easy.rewrite("！！", 0.9, "swap", near, rng) == "！！"
    swapped = easy.rewrite("手机服务", 0.5, "swap", near, rng)
    assert sorted(swapped) == sorted("手机服务")


def test_original_rows_stay_and_new_ones_keep_their_other_columns(context, reviews, encoder) -> None:
    made = context.run("data.augment", {"table": reviews}, method="both", encoder=str(encoder), least_similarity=0.0)
    table = made["table"]
    data = table.dataset().to_dict()
    assert data["text"][:8] == TEXTS
    assert data["augmented"][:8] == [False] * 8
    assert len(data["text"]) > 8
    assert all(data["augmented"][8:])
    for row, shop, label in zip(data["_row"], data["shop"], data["label"], strict=True):
        assert shop == str(row)
        assert label == LABELS[row]
    assert len(set(data["text"])) == len(data["text"])
    assert table.info.roles == reviews.info.roles
    assert "soft_label" not in data


def test_a_teacher_filters_and_gives_soft_labels(context, reviews, encoder, tmp_path) -> None:
    teacher = ComponentContext(tmp_path / "t").run("train.ngram_baseline", {"train": reviews}, c=10.0)["model"]
    made = context.run(
        "data.augment", {"table": reviews, "teacher": teacher}, encoder=str(encoder), least_confidence=0.55,
        least_similarity=0.0, copies=6,
    )  # fmt: skip
    data = made["table"].dataset().to_dict()
    assert data["soft_label"][:8] == [None] * 8
    from inkstone.components.nlp.inference import load_model

    labels = load_model(teacher.path).labels
    assert len(data["text"]) > 8
    for soft, label in zip(data["soft_label"][8:], data["label"][8:], strict=True):
        assert max(soft) >= 0.55
        assert labels[int(np.argmax(soft))] == label
    facts = {name["en"]: value for name, value in made["report"].read()["sections"][0]["facts"]}
    assert facts["Rows added"] == len(data["text"]) - 8


def test_bad_input(context, tmp_path, encoder, reviews) -> None:
    empty = make_table(tmp_path / "empty", {"text": ["", " "], "label": ["a", "b"]}, {"text": "text", "label": "label"})
    with pytest.raises(InkstoneError) as caught:
        context.run("data.augment", {"table": empty}, encoder=str(encoder))
    assert caught.value.code == "augment.no_text"
    headless = write_bert(tmp_path / "headless", head=False)
    with pytest.raises(InkstoneError) as caught:
        context.run("data.augment", {"table": reviews}, encoder=str(headless))
    assert caught.value.code == "fewshot.no_mask_head"
