"""Wrong values are told in both languages."""

import pytest
from pydantic import BaseModel, Field, ValidationError

from inkstone.backend.pipeline.invalid import said
from inkstone.components.texts import text


class Wanted(BaseModel):
    texts: list[str] = Field(min_length=2)
    share: float = Field(0.5, gt=0, le=1)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({}, "缺少这一项", "Field required"),
        ({"texts": "a"}, "应为列表", "Input should be a valid list"),
        ({"texts": ["a"]}, "至少 2 项", "List should have at least 2 items after validation, not 1"),
        ({"texts": ["a", "b"], "share": 2}, "应不大于 1.0", "Input should be less than or equal to 1"),
        ({"texts": ["a", "b"], "share": "x"}, "应为数字", "Input should be a valid number"),
    ],
)
def test_what_is_wrong_in_both_languages(given: dict[str, object], zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Wanted.model_validate(given)
    told = said(caught.value.errors()[0])
    assert told.zh == zh
    assert told.en.startswith(en)


def test_a_kind_without_translation_stays_in_english() -> None:
    told = said({"type": "new_kind", "msg": "Something else."})
    assert (told.zh, told.en) == ("Something else", "Something else")


def test_a_text_within_a_text_is_filled_in_its_own_language() -> None:
    filled = text("{at} 不正确：{problem}", "{at} is wrong: {problem}").format(at="x", problem=text("缺少", "missing"))
    assert (filled.zh, filled.en) == ("x 不正确：缺少", "x is wrong: missing")
