"""Rows are found by text and by value, across batches, and in every kind of column."""

import pytest

from inkstone.backend.service import datasets
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError

ROWS = 20_000  # three batches


@pytest.fixture
def many(home, tmp_path):
    """Give a dataset of several batches."""
    path = tmp_path / "many.csv"
    lines = [f"Message {number},{'abc'[number % 3] if number % 10 else ''}" for number in range(ROWS)]
    path.write_text("text,label\n" + "\n".join(lines) + "\n", "utf-8")
    return datasets.upload(LOCAL, path, path.name).reference


def test_pages_lie_where_they_should(many):
    page = datasets.preview(LOCAL, many, offset=16_380, limit=10)
    assert page.positions == list(range(16_380, 16_390))
    assert page.rows[4][0] == "Message 16384"
    assert (page.total, datasets.preview(LOCAL, many, offset=ROWS).rows) == (ROWS, [])


def test_search_ignores_case_and_pages_on(many):
    found = datasets.preview(LOCAL, many, search="mESSAGE 1999")
    assert [row[0] for row in found.rows] == ["Message 1999", *(f"Message 1999{digit}" for digit in range(10))]
    assert datasets.preview(LOCAL, many, 5, 2, "message 1999").positions == [19_994, 19_995]


def test_filters_by_value_and_by_absence(many):
    assert datasets.preview(LOCAL, many, filters={"label": ""}).total == ROWS // 10
    found = datasets.preview(LOCAL, many, search="9999", filters={"label": "a"})
    assert [row[0] for row in found.rows] == ["Message 9999"]
    with pytest.raises(InkstoneError, match=r"dataset\.unknown_column"):
        datasets.preview(LOCAL, many, filters={"nothing": "x"})


def test_lists_and_numbers_are_filtered_too(home, tmp_path):
    path = tmp_path / "lists.jsonl"
    path.write_text(
        '{"t": "one", "tags": ["a", "b"], "n": 1}\n{"t": "two", "tags": [], "n": 2}\n{"t": "three", "tags": ["b"], "n": null}\n'
    )
    reference = datasets.upload(LOCAL, path, path.name).reference

    def found(**filters):
        return [row[0] for row in datasets.preview(LOCAL, reference, filters=filters).rows]

    assert found(tags="b") == ["one", "three"]
    assert found(tags="") == ["two"]
    assert (found(n="2"), found(n="")) == (["two"], ["three"])
