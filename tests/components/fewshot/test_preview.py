"""The wizard's sentences: the user's own text and words."""

import pytest

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.fewshot.preview import sentences


def test_proposed_sentences_hold_the_users_text_and_words():
    shown = sentences(["屏幕很好", "太慢了"], None, ["Positive", "Negative"])
    assert shown[0] == "很【好】。屏幕很好"
    assert "太慢了" in shown[1] and "【差】" in shown[1]


def test_written_fields_are_used_and_checked():
    shown = sentences(["Nice"], None, ["a"], patterns="{text} It was {label}.", label_words="a = great")
    assert shown == ["Nice It was 【great】."]
    with pytest.raises(InkstoneError):
        sentences(["Nice"], None, ["a"], patterns="{text}")
