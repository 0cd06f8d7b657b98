"""Marking entities: kept with who and when, and the result is a new version with a column of JSON lists."""

import json

import pytest

from inkstone.backend.service import datasets, labelling, span_labels
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.span_labels import Span
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.entities import read_entities

TEXTS = ["李雷在北京上班", "😀韩梅梅去了上海", "今天天气不错", "王芳在广州"]


@pytest.fixture
def plain(home, tmp_path):
    path = tmp_path / "句子.csv"
    path.write_text("文本,来源\n" + "\n".join(f"{text},甲" for text in TEXTS) + "\n", "utf-8")
    view = datasets.upload(LOCAL, path, path.name)
    return datasets.set_roles(LOCAL, view.reference, {"text": "文本"})


def span(start, end, label):
    return Span(start=start, end=end, label=label)


def cells(view):
    preview = datasets.preview(LOCAL, view.reference)
    place = preview.columns.index(view.roles["entities"])
    return [row[place] for row in preview.rows]


def test_marked_texts_become_a_version_that_training_reads(plain):
    span_labels.mark(LOCAL, plain.reference, 0, [span(3, 5, "地名"), span(0, 2, "人名"), span(0, 2, "人名")])
    span_labels.mark(LOCAL, plain.reference, 1, [span(1, 4, " 人名 ")])
    span_labels.mark(LOCAL, plain.reference, 2, [])
    queue = span_labels.queue(LOCAL, plain.reference)
    assert [item.row for item in queue.rows] == [3]
    assert (queue.types, queue.labelled, queue.unlabelled) == (["人名", "地名"], 3, 4)
    assert queue.rows[0].values == {"文本": TEXTS[3], "来源": "甲"}
    made = span_labels.make_version(LOCAL, plain.reference)
    assert made.made == {"how": "spans", "labels": 3, "from": 1, "by": "local"}
    assert made.roles["entities"] == "entities"
    assert json.loads(cells(made)[0]) == [
        {"start": 0, "end": 2, "label": "人名"},
        {"start": 3, "end": 5, "label": "地名"},
    ]
    found, _ = read_entities(cells(made)[1], TEXTS[1], 1)
    assert [TEXTS[1][item.start : item.end] for item in found] == ["韩梅梅"]  # characters, not UTF-16 units
    assert cells(made)[2:] == ["[]", None]


def test_texts_that_nobody_looked_at_can_be_left_out(plain):
    span_labels.mark(LOCAL, plain.reference, 2, [])
    span_labels.mark(LOCAL, plain.reference, 3, [span(0, 2, "人名")])
    made = span_labels.make_version(LOCAL, plain.reference, only_marked=True)
    assert (made.rows, len(cells(made))) == (2, 2)
    again = span_labels.queue(LOCAL, made.reference)
    assert (again.types, again.unlabelled, again.total) == (["人名"], 0, 2)
    assert again.rows[1].spans == [span(0, 2, "人名")]  # all are marked, so they come again, to be looked over


def test_spans_are_kept_with_who_and_when_and_taken_back(people, table):
    view = datasets.upload(people["max"], table, table.name)
    span_labels.mark(people["max"], view.reference, 3, [span(0, 2, "物")])
    span_labels.skip(people["mia"], view.reference, 4)
    labelling.label(people["mia"], view.reference, 5, ["正常"])
    assert span_labels.undo(people["max"], view.reference) == 3
    assert span_labels.undo(people["max"], view.reference) is None
    history = labelling.history(people["vic"], view.reference)
    kinds = [(item.row, item.kind, item.spans, item.by, item.undone_at is None) for item in history]
    assert kinds == [
        (5, "class", None, "mia", True),
        (4, "spans", None, "mia", True),
        (3, "spans", [{"start": 0, "end": 2, "label": "物"}], "max", False),
    ]
    assert labelling.queue(people["vic"], view.reference).labelled == 1
    queue = span_labels.queue(people["vic"], view.reference, limit=1000)
    assert (queue.labelled, queue.skipped, queue.rows[-1].row) == (0, 1, 4)


@pytest.mark.parametrize(
    ("row", "spans", "code"),
    [
        (0, [span(0, 99, "人名")], "entities.out_of_range"),
        (0, [span(2, 2, "人名")], "entities.out_of_range"),
        (0, [span(-1, 2, "人名")], "entities.out_of_range"),
        (99, [], "dataset.unknown_row"),
    ],
)
def test_spans_outside_the_text_are_refused(plain, row, spans, code):
    with pytest.raises(InkstoneError) as caught:
        span_labels.mark(LOCAL, plain.reference, row, spans)
    assert caught.value.code == code
    with pytest.raises(InkstoneError) as caught:
        span_labels.make_version(LOCAL, plain.reference)
    assert caught.value.code == "dataset.nothing_labelled"


def test_a_viewer_may_look_but_not_mark(people, table):
    view = datasets.upload(people["max"], table, table.name)
    assert span_labels.queue(people["vic"], view.reference, limit=1).rows
    with pytest.raises(InkstoneError) as caught:
        span_labels.mark(people["vic"], view.reference, 0, [])
    assert caught.value.code == "auth.forbidden"
