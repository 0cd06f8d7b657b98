"""Labelling: every label is kept with who and when, and the result is a new version."""

import time

import pytest

from inkstone.backend.service import datasets, labelling, tag_suggestions
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError

TEXTS = [f"第{number}条消息，各不相同" for number in range(12)]


@pytest.fixture
def half(home, tmp_path):
    """Give a dataset whose rows 6 to 11 have no label."""
    path = tmp_path / "半.csv"
    lines = [
        f"{text},{'广告' if number % 2 else '正常'}" if number < 6 else f"{text}," for number, text in enumerate(TEXTS)
    ]
    path.write_text("文本,标签\n" + "\n".join(lines) + "\n", "utf-8")
    view = datasets.upload(LOCAL, path, path.name)
    return datasets.set_roles(LOCAL, view.reference, {"text": "文本", "label": "标签"})


def rows(queue):
    return [item.row for item in queue.rows]


def labels(reference, column="标签"):
    preview = datasets.preview(LOCAL, reference)
    return [row[preview.columns.index(column)] for row in preview.rows]


def test_rows_without_a_label_come_first_and_skipped_ones_last(half):
    first = labelling.queue(LOCAL, half.reference, limit=3)
    assert rows(first) == [6, 7, 8]
    assert (first.classes, first.unlabelled, first.total) == (["广告", "正常"], 6, 12)
    labelling.skip(LOCAL, half.reference, 6)
    labelling.label(LOCAL, half.reference, 7, ["正常"])
    after = labelling.queue(LOCAL, half.reference)
    assert rows(after) == [8, 9, 10, 11, 6]
    assert (after.labelled, after.skipped) == (1, 1)


def test_undo_takes_back_ones_own_last_label_and_keeps_it_in_the_history(people, table):
    view = datasets.upload(people["max"], table, table.name)
    labelling.label(people["max"], view.reference, 3, ["新类别"])
    labelling.label(people["mia"], view.reference, 5, ["正常"])
    assert "新类别" in labelling.queue(people["max"], view.reference).classes
    assert labelling.undo(people["max"], view.reference) == 3
    assert labelling.undo(people["max"], view.reference) is None
    history = labelling.history(people["vic"], view.reference)
    assert [(item.row, item.by, item.undone_at is None) for item in history] == [(5, "mia", True), (3, "max", False)]


def test_labels_make_a_new_version_once(half):
    for row in (6, 7):
        labelling.label(LOCAL, half.reference, row, ["正常"])
    labelling.label(LOCAL, half.reference, 6, ["广告"])
    made = labelling.make_version(LOCAL, half.reference)
    assert labels(made.reference)[5:9] == ["广告", "广告", "正常", None]
    assert made.made == {"how": "labels", "labels": 2, "from": 1, "by": "local"}
    assert labelling.make_version(LOCAL, half.reference).version == made.version
    assert labels(half.reference)[6] is None


def test_a_second_label_makes_a_column_of_lists(half):
    labelling.label(LOCAL, half.reference, 6, ["广告", "正常", "广告 "])
    made = labelling.make_version(LOCAL, half.reference)
    assert made.roles == {"text": "文本", "label": "标签", "labels": "labels"}
    assert labels(made.reference)[6] == "广告"
    assert labels(made.reference, "labels")[5:8] == [["广告"], ["广告", "正常"], []]


def test_a_dataset_without_a_label_column_gets_one(home, tmp_path):
    path = tmp_path / "plain.txt"
    path.write_text("\n".join(TEXTS) + "\n", "utf-8")
    view = datasets.upload(LOCAL, path, path.name)
    labelling.label(LOCAL, view.reference, 2, ["正常"])
    made = labelling.make_version(LOCAL, view.reference)
    assert labels(made.reference, made.roles["label"])[1:4] == [None, "正常", None]


def test_labels_are_corrected_in_place(half):
    made = labelling.edit_labels(LOCAL, half.reference, {0: "广告", 1: "正常"})
    assert labels(made.reference)[:3] == ["广告", "正常", "正常"]
    assert [(item.row, item.labels, item.by) for item in labelling.history(LOCAL, half.reference)] == [
        (1, ["正常"], "local"),
        (0, ["广告"], "local"),
    ]


def test_what_cannot_be_is_told(half, people):
    for action, code in [
        (lambda: labelling.label(LOCAL, half.reference, 99, ["x"]), "dataset.unknown_row"),
        (lambda: labelling.label(LOCAL, half.reference, 0, [" "]), "dataset.no_label"),
        (lambda: labelling.make_version(LOCAL, half.reference), "dataset.nothing_labelled"),
        (lambda: labelling.label(people["vic"], half.reference, 0, ["x"]), "auth.forbidden"),
        (lambda: labelling.edit_labels(people["max"], half.reference, {0: "正常"}), "auth.forbidden"),
    ]:
        with pytest.raises(InkstoneError) as problem:
            action()
        assert problem.value.code == code


def test_tags_that_no_model_knows_are_suggested(home, tmp_path):
    lines = ["text"] + [f"{words}第{number}次" for number in range(12) for words in ("快递运费太贵了", "我要申请退货")]
    (tmp_path / "客服.csv").write_text("\n".join(lines), "utf-8")
    view = datasets.upload(LOCAL, tmp_path / "客服.csv", "客服.csv")
    reference = datasets.set_roles(LOCAL, view.reference, {"text": "text"}).reference
    with pytest.raises(InkstoneError, match=r"dataset\.no_tags"):
        tag_suggestions.suggest_now(LOCAL, reference, [" "], lambda done, total: None)
    found = tag_suggestions.suggest_now(LOCAL, reference, ["运费", "退货"])
    assert {item["row"]: item["suggestion"] for item in found} == {
        row: "退货" if row % 2 else "运费" for row in range(24)
    }
    job = tag_suggestions.begin(LOCAL, reference, ["运费", "退货"])
    while job.state == "running":
        job = tag_suggestions.look(LOCAL, reference, ["运费", "退货"])
        time.sleep(0.2)
    queue = tag_suggestions.queue(LOCAL, reference, ["运费", "退货"], limit=3)
    assert queue.classes == ["运费", "退货"]
    assert [row.suggestion for row in queue.rows] == [item["suggestion"] for item in job.result[:3]]
