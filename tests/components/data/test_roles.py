"""Which column is what: guessed by name and by content."""

import pytest

from inkstone.components.artifacts import ColumnInfo, TableInfo
from inkstone.components.data.roles import guess_roles

TEXTS = [f"这是第 {number} 条比较长的消息，内容各不相同" for number in range(60)]
LABELS = [f"类{number % 3}" for number in range(60)]


def guessed(data: dict[str, list]) -> dict[str, str]:
    info = TableInfo(rows=60, columns=[ColumnInfo(name=name, dtype="string") for name in data])
    rows = [dict(zip(data, values, strict=True)) for values in zip(*data.values(), strict=True)]
    return {role: guess.column for role, guess in guess_roles(info, rows).items()}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"文本": TEXTS, "标签": LABELS}, {"text": "文本", "label": "标签"}),
        (
            {"Label": LABELS, "Text A": TEXTS, "text_b": TEXTS},
            {"text": "Text A", "text_pair": "text_b", "label": "Label"},
        ),
        ({"column_1": LABELS, "column_2": TEXTS}, {"text": "column_2", "label": "column_1"}),
        (
            {"id": [str(n) for n in range(60)], "review": TEXTS, "cat": LABELS},
            {"id": "id", "text": "review", "label": "cat"},
        ),
        ({"title": LABELS, "content": TEXTS, "sentiment": LABELS}, {"text": "content", "label": "sentiment"}),
        ({"sentence": TEXTS}, {"text": "sentence"}),
        ({"text": TEXTS, "user_id": LABELS, "label": LABELS}, {"text": "text", "label": "label", "group": "user_id"}),
    ],
)
def test_roles(data, expected):
    assert guessed(data) == expected


def test_confidence_tells_names_from_content():
    info = TableInfo(rows=60, columns=[ColumnInfo(name=name, dtype="string") for name in ("text", "x")])
    rows = [{"text": text, "x": label} for text, label in zip(TEXTS, LABELS, strict=True)]
    guesses = guess_roles(info, rows)
    assert guesses["text"].confidence > 0.9 > guesses["label"].confidence


def test_nothing_to_guess_from():
    assert guess_roles(TableInfo(rows=0, columns=[]), []) == {}
