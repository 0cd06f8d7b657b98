"""Rows of an evaluation: every filter, and columns of the data that the rows came from."""

import pytest

from inkstone.backend.service import evaluated_rows as service
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.analysis import selections
from inkstone.backend.service.analysis.slices import slices
from inkstone.backend.service.comparing.disagreements import DisagreementFilter, disagreements
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.backend.service.uploads import upload
from inkstone.components.errors import InkstoneError


@pytest.fixture
def judged(make_run, scored, tmp_path):
    """A run over a dataset with a column of topics: odd rows are English and about sport."""
    file = tmp_path / "消息.csv"
    lines = ["text,label,topic"]
    rows = []
    for number in range(40):
        words = f"a short match {number}" if number % 2 else f"一条消息第{number}条" + "很长" * (number // 4)
        label, said = "正常", "广告" if number in (1, 2, 3) else "正常"
        lines.append(f"{words},{label},{'sport' if number % 2 else 'news'}")
        rows.append(scored(label, said, number, words, sure=0.5 + number / 100))
    file.write_text("\n".join(lines), "utf-8")
    upload(LOCAL, file, "消息.csv", "消息")
    return make_run(rows=rows)


def numbers(run, **wanted):
    found = service.evaluated_rows(LOCAL, run, "evaluate", RowFilter(**wanted), limit=100)
    assert found.total == len(found.rows)
    return [row.row for row in found.rows]


def test_each_filter_lets_exactly_its_rows_through(judged):
    assert numbers(judged, kind="confident") == [3, 2, 1]
    assert sorted(numbers(judged, kind="all", label="正常", predicted="广告")) == [1, 2, 3]
    assert numbers(judged, kind="all", language="latin") == list(range(1, 40, 2))
    assert numbers(judged, kind="wrong", column="topic", value="news") == [2]
    assert numbers(judged, kind="all", contains="MATCH 7") == [7]
    assert numbers(judged, kind="all", low=0.88) == [38, 39]
    assert numbers(judged, kind="all", shortest=25) == [
        row for row in range(0, 40, 2) if 2 * (row // 4) + 6 + len(str(row)) >= 25
    ]


def test_the_page_knows_what_can_be_filtered_by(judged):
    found = service.evaluated_rows(LOCAL, judged, "evaluate")
    assert found.languages == ["latin", "zh"]
    assert found.domains == {"topic": ["news", "sport"]}


def test_an_unknown_column_is_refused_and_deleted_data_leaves_the_rows(judged):
    from inkstone.backend.service import datasets

    with pytest.raises(InkstoneError) as error:
        numbers(judged, column="colour", value="red")
    assert error.value.code == "dataset.unknown_column"
    datasets.trash(LOCAL, "消息")
    assert service.evaluated_rows(LOCAL, judged, "evaluate").domains == {}


def test_chosen_rows_become_a_dataset_or_a_suite(judged):
    made = selections.save(LOCAL, judged, "evaluate", RowFilter(kind="wrong"), "难例", purpose="suite")
    assert (made.reference, made.rows, made.roles) == ("dataset:难例@1", 3, {"text": "text", "label": "label"})
    assert made.made["how"] == "suite" and made.made["filter"] == {}
    again = selections.save(LOCAL, judged, "evaluate", RowFilter(kind="all", rows=[7, 9]), "难例")
    assert (again.reference, again.rows, again.made["how"]) == ("dataset:难例@2", 2, "selection")
    with pytest.raises(InkstoneError) as error:
        selections.save(LOCAL, judged, "evaluate", RowFilter(contains="nowhere"), "难例")
    assert error.value.code == "analysis.nothing_selected"


def test_the_filter_of_a_slice_finds_exactly_its_rows(make_run, scored, tmp_path):
    file, lines, rows = tmp_path / "s.csv", ["text,label,topic"], []
    for number in range(120):
        topic = ("news", "sport", "trade")[number % 3]
        said = "广告" if topic == "trade" and number % 2 else "正常"
        lines.append(f"第{number}条消息,正常,{topic}")
        rows.append(scored("正常", said, number, f"第{number}条消息"))
    file.write_text("\n".join(lines), "utf-8")
    upload(LOCAL, file, "s.csv", "消息")
    run = make_run(rows=rows)
    found = slices(LOCAL, run, "evaluate", 10)
    assert (found.rows, found.errors) == (120, 20)
    best = found.slices[0]
    assert (best.filter.column, best.filter.value, best.errors, best.rest_share) == ("topic", "trade", 20, 0)
    for one in found.slices:
        assert len(numbers(run, **one.filter.model_dump())) == one.rows


def test_disagreements_by_kind_and_refused_on_other_rows(make_run, scored):
    said = {0: ("正常", "广告"), 1: ("广告", "正常"), 2: ("广告", "诈骗"), 3: ("广告", "广告"), 4: ("正常", "正常")}
    runs = [make_run(rows=[scored("正常", said[row][place], row) for row in said]) for place in (0, 1)]
    whole = disagreements(LOCAL, *runs)
    assert whole.counts == {"any": 3, "only_first": 1, "only_second": 1, "both_wrong": 1}
    for kind, row in (("only_first", 0), ("only_second", 1), ("both_wrong", 2)):
        assert disagreements(LOCAL, *runs, DisagreementFilter(kind=kind)).numbers == [row]
    assert disagreements(LOCAL, *runs, DisagreementFilter(second="诈骗")).numbers == [2]
    assert disagreements(LOCAL, *runs, DisagreementFilter(contains="第1条")).numbers == [1]
    fewer = make_run("少", rows=[scored("正常", "正常", 0)])
    refused = disagreements(LOCAL, runs[0], fewer)
    assert refused.rows == [] and "in common" in refused.refused.en
