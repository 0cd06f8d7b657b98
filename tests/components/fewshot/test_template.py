"""Patterns: what people write, and what is wrong with it."""

import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.fewshot.template import parse, written


def kinds(source, columns=None):
    return [(part.kind, part.value or part.count, part.spaced) for part in parse(source, columns).parts]


def test_spaces_commas_and_equals_signs_are_words():
    assert kinds("{text} a = b, c: {label}.") == [
        ("text", 0, False), ("words", "a = b, c:", True), ("slot", 0, True), ("words", ".", False),
    ]  # fmt: skip


def test_chinese_pairs_separator_and_pseudo_tokens():
    assert kinds("{soft:2}{text}[SEP]{text_pair}，{soft:很}[MASK]") == [
        ("soft", 2, False), ("text", 0, False), ("separator", 0, False), ("text_pair", 0, False), ("words", "，", False),
        ("soft", "很", False), ("slot", 0, False),
    ]  # fmt: skip


def test_the_users_own_column_names_work():
    columns = {"text": "评论 内容", "text_pair": "标题"}
    assert [part.kind for part in parse("{标题}：{评论 内容}{label}", columns).parts] == [
        "text_pair",
        "words",
        "text",
        "slot",
    ]


def test_doubled_braces_stand_for_themselves():
    assert kinds("{{x}} {text}{label}")[0] == ("words", "{x}", False)


def test_a_filled_pattern_reads_as_a_sentence():
    assert parse("{text} It was {label}.").fill("Nice film", word="great") == "Nice film It was great."
    assert parse("{text}总之，很{label}。").fill("不错", word="好") == "不错总之，很好。"


def test_softened_words_become_pseudo_tokens_that_start_from_them():
    pattern = parse("{text} It was {label}.")
    assert written(pattern, softened=True) == "{text} {soft:It was} {label}{soft:.}"


def test_a_pattern_written_back_calls_columns_by_their_roles():
    source = "{标题} {{x}} {soft:2}{label}{评论}"
    back = written(parse(source, {"text": "评论", "text_pair": "标题"}))
    assert back == "{text_pair} {{x}} {soft:2}{label}{text}"
    assert parse(back).parts == parse(source, {"text": "评论", "text_pair": "标题"}).parts


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("{text} 没有位置", "fewshot.no_slot"),
        ("{label}{text}{label}", "fewshot.no_slot"),
        ("只有{label}", "fewshot.no_text"),
        ("{标题}{text}{label}", "fewshot.unknown_column"),
        ("{text}{label", "fewshot.bad_pattern"),
    ],
)
def test_bad_patterns_are_explained(source, code):
    with pytest.raises(InkstoneError) as error:
        parse(source)
    assert error.value.code == code
    assert "{text}" in error.value.fix.zh or "{label}" in error.value.fix.zh


def test_rows_without_a_second_text_have_no_such_column():
    with pytest.raises(InkstoneError) as error:
        parse("{text}{text_pair}{label}", {"text": "text"})
    assert error.value.code == "fewshot.unknown_column"
