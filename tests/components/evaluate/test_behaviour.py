"""Behavioural tests: the changes by hand, models that keep or break what is expected, and the component."""

from pathlib import Path
from random import Random

import pytest
from component_context import ComponentContext, make_table
from tiny_models import two_class_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.behaviour import changes
from inkstone.components.nlp.behaviour.checks import checks_for, run_check, run_suite, wilson
from inkstone.components.nlp.inference import Scored


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("我很喜欢这家店", "我很不喜欢这家店"),
        ("我不喜欢这家店", None),
        ("房间不太舒服", None),
        ("The food was good", "The food was not good"),
        ("I love it", "I don't love it"),
        ("It is not good", None),
        ("一条消息", None),
    ],
)
def test_negation(before: str, after: str | None) -> None:
    assert changes.negation(before, Random(0)) == after


def test_typos_swap_two_neighbours_and_spare_short_texts() -> None:
    for text in ("今天天气非常好呀", "this message is plain"):
        changed = changes.typo(text, Random(1))
        assert changed is not None and changed != text and sorted(changed) == sorted(text)
        assert sum(a != b for a, b in zip(text, changed, strict=True)) == 2
    assert changes.typo("很好", Random(1)) is None


def test_names_and_numbers_change_and_nothing_else() -> None:
    changed = changes.name("请王先生和Mary过来", Random(0))
    assert changed is not None and "王先生" not in changed and "Mary" not in changed
    assert changed.startswith("请") and "先生和" in changed
    assert changes.name("三王墓的故事", Random(0)) is None
    number = changes.number("验证码4821，共3条", Random(0))
    assert number is not None and len(number) == len("验证码4821，共3条") and number.endswith("，共3条")


def test_stops_come_and_go() -> None:
    assert changes.punctuation("好的。", Random(0)) == "好的"
    assert changes.punctuation("好的", Random(0)) == "好的。"
    assert changes.punctuation("fine", Random(0)) == "fine."
    assert changes.punctuation("！！", Random(0)) is None


def by_word(texts: list[str]) -> list[list[Scored]]:
    """Return the answers of a model that knows one word."""
    scores = [0.9 if "喜欢" in text else 0.2 for text in texts]
    both = [[Scored("正面", score), Scored("负面", 1 - score)] for score in scores]
    return [sorted(row, key=lambda item: -item.score) for row in both]


def test_a_model_that_reads_words_alone_fails_negation_and_keeps_the_rest() -> None:
    rows = [(1, "我很喜欢这家店"), (2, "这家店实在一般般")]
    checks = {item.name: item for item in checks_for(["正面", "负面"], [], [("负面", "喜欢")])}
    assert list(checks) == ["typo", "name", "number", "punctuation", "negation", "added:负面"]
    stops = run_check(checks["punctuation"], rows, by_word, 0, 0.1)
    assert (stops.rows, stops.passed, stops.failures) == (2, 2, [])
    negated = run_check(checks["negation"], rows, by_word, 0, 0.1)
    assert (negated.rows, negated.passed) == (1, 1)  # the score does not rise: the test asks for no more than that
    added = run_check(checks["added:负面"], rows, by_word, 0, 0.1)
    assert (added.rows, added.passed) == (1, 0)
    assert (added.failures[0].row, added.failures[0].said_after) == (2, "正面")
    suite = run_suite([(7, "喜欢", "负面"), (8, "喜欢", "正面")], by_word)
    assert (suite.rows, suite.passed, suite.failures[0].row) == (2, 1, 7)


def test_wilson_by_hand() -> None:
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_without_classes_of_feeling_there_is_no_negation() -> None:
    assert [item.name for item in checks_for(["广告", "正常"], [], [])] == ["typo", "name", "number", "punctuation"]


def test_the_component_reports_rates_and_the_same_seed_gives_the_same(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": table})["model"]
    suite = make_table(
        tmp_path / "s", {"text": ["加微信领红包"], "label": ["正常"]}, {"text": "text", "label": "label"}
    )
    inputs = {"model": model, "table": table, "suite": suite}
    found = [
        ComponentContext(tmp_path / name).run("evaluate.behaviour", inputs, rows=20, added=["广告=加微信领红包"])
        for name in ("a", "b")
    ]
    documents = [item["metrics"].read() for item in found]
    assert documents[0] == documents[1]
    assert documents[0]["values"]["pass/suite"] == 0.0
    assert documents[0]["values"]["pass/added:广告"] == 1.0
    assert {section["kind"] for section in found[0]["report"].read()["sections"]} == {"table"}
    with pytest.raises(InkstoneError) as error:
        ComponentContext(tmp_path / "c").run("evaluate.behaviour", inputs, added=["没有=x"])
    assert error.value.code == "behaviour.bad_phrase"
