"""Label words: what users write, which are refused, what is proposed."""

import pytest
from fewshot_parts import LABELS, TEXTS, rows_of

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.fewshot.label_words import read_words, variants
from inkstone.components.nlp.fewshot.prompt_words import read_label_words, write_label_words
from inkstone.components.nlp.fewshot.prompts import with_label_sentences
from inkstone.components.nlp.fewshot.proposals import all_patterns, language_of, propose_patterns, propose_words
from inkstone.components.nlp.fewshot.template import parse
from inkstone.components.nlp.fewshot.training import Work


def test_words_are_read_line_by_line_even_for_names_with_separators():
    written = "正面 = 好, 很好\nA=B：差；坏"
    assert read_label_words(written, ["正面", "A=B", "A"]) == {"正面": ["好", "很好"], "A=B": ["差", "坏"]}
    assert read_label_words(write_label_words({"x": ["a", "b"]}), ["x"]) == {"x": ["a", "b"]}


@pytest.mark.parametrize(
    ("written", "code"), [("无此类 = 好", "fewshot.unknown_class"), ("好评 = ", "fewshot.missing_words")]
)
def test_lines_that_name_no_class_or_no_word(written, code):
    with pytest.raises(InkstoneError) as error:
        read_label_words(written, ["好评", "差评"])
    assert error.value.code == code


def test_the_same_word_for_two_classes_is_refused():
    with pytest.raises(InkstoneError) as error:
        read_words({"a": ["好"], "b": ["差", "好"]}, ["a", "b"])
    assert error.value.code == "fewshot.same_word"


def test_labels_that_share_their_first_character_stay_apart(bert):
    found = variants(model_io.load_tokenizer(bert), [parse("{text}{label}")], (("体育",), ("体",)), ["体育", "体"])
    assert [(item.length, len(item.words)) for item in found] == [(1, 1), (2, 1)]


def test_a_word_that_the_vocabulary_lacks_is_named(bert):
    with pytest.raises(InkstoneError) as error:
        variants(model_io.load_tokenizer(bert), [parse("{text}{label}")], (("龘",), ("好",)), ["甲", "乙"])
    assert error.value.code == "fewshot.unknown_word"
    assert "龘" in error.value.what.en and "甲" in error.value.what.en


def test_words_that_become_the_same_tokens_are_refused(bert):
    with pytest.raises(InkstoneError) as error:
        variants(model_io.load_tokenizer(bert), [parse("{text} {label}")], (("Good",), ("good",)), ["x", "y"])
    assert error.value.code == "fewshot.same_word"


def test_proposals_follow_language_and_class_names():
    assert language_of(["屏幕很好，物流很快"]) == "zh"
    assert propose_words(["Negative", "Positive"], "zh") == {
        "Negative": ["差", "坏"],
        "Positive": ["好", "棒"],
    }
    assert propose_words(["Negative", "Positive"], "en")["Positive"] == ["great", "good"]
    assert propose_words(["体育", "财经"], "zh") == {"体育": ["体育"], "财经": ["财经"]}
    assert "It was {label}" in propose_patterns(["positive", "negative"], "en", False)[0]
    assert propose_patterns(["0", "1", "bad", "good"], "en", False) == propose_patterns(["positive"], "en", False)
    assert all("{text_pair}" in item for item in all_patterns(["是", "否"], "zh", True))


def test_no_word_is_proposed_for_two_classes():
    words = propose_words(["体育_足球", "体育_篮球"], "zh")
    assert words == {"体育_足球": ["足球"], "体育_篮球": ["篮球"]}


@pytest.mark.parametrize(
    ("names", "patterns", "words", "added"),
    [
        (("a", "b"), "{soft:2}{text}很{label}。", "a = 好, 满意\nb = 差", [("很好。", "a"), ("很满意。", "a"), ("很差。", "b")]),
        (("体育", "财经"), "", "", [("这是一条体育的内容：", "体育"), ("这是一条财经的内容：", "财经")]),
        (("正面", "负面"), "", "", [("很好。", "正面"), ("很棒。", "正面"), ("很差。", "负面"), ("很坏。", "负面")]),
        (("1", "2"), "", "", []),  # codes say nothing
        (("1", "2"), "{text}，{label}", "1 = 好\n2 = 差", [("，好", "1"), ("，差", "2")]),
    ],
)  # fmt: skip
def test_label_words_become_examples_of_their_classes(names, patterns, words, added, context, bert):
    labels = [names[label == "差评"] for label in LABELS]
    work = Work(context, bert, str(bert), list(names), rows_of(TEXTS, labels), seed=0)
    rows = with_label_sentences(work, patterns, words)
    further = list(zip(rows.texts, rows.labels, strict=True))[len(TEXTS) :]
    assert rows.texts[: len(TEXTS)] == TEXTS
    assert further[: len(added)] == added
    assert bool(further) == bool(added)


def test_pairs_have_no_label_sentences(context, bert):
    work = Work(context, bert, str(bert), ["好评", "差评"], rows_of(TEXTS, LABELS, pairs=TEXTS), seed=0)
    assert with_label_sentences(work, "", "") is work.rows
