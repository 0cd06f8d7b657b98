"""Occlusion: parts that are the text again, and weights that are known where the model is linear."""

import pytest

from inkstone.components.nlp.occlusion import occlusion, parts_of


@pytest.mark.parametrize(
    "text", ["加微信领红包，点击链接 abc", "Don't click https://x.y!", "", " ", "字" * 500, "a b " * 200]
)
def test_the_parts_together_are_the_text(text):
    parts = parts_of(text)
    assert "".join(parts) == text
    assert len(parts) <= 80


def test_the_weight_of_a_part_is_what_the_score_loses():
    worth = {"free": 0.3, "money": 0.2, "meeting": -0.1}

    def score(texts):
        return [0.5 + sum(value for word, value in worth.items() if word in text.split()) for text in texts]

    found = {part.text: part.weight for part in occlusion("free money meeting now", score)}
    assert found["free"] == pytest.approx(0.3)
    assert found["money"] == pytest.approx(0.2)
    assert found["meeting"] == pytest.approx(-0.1)
    assert found["now"] == pytest.approx(0)
    assert found[" "] == 0
