"""Runs side by side: what differs, whether it is more than chance, and what is refused."""

import io
import math

import pyarrow.parquet as pq
import pytest

from inkstone.backend.service import run_details
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.comparing import export
from inkstone.backend.service.comparing.classes import class_figures, difference
from inkstone.backend.service.comparing.curves import curves
from inkstone.backend.service.comparing.rows import deciding_rows
from inkstone.backend.service.comparing.significance import significance
from inkstone.backend.service.comparing.table import compare
from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.backend.store.database import session
from inkstone.backend.store.series import curves as stored_curves
from inkstone.backend.store.tables import Artifact, Metric
from inkstone.components.errors import InkstoneError

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def rows(scored):
    """Sixty rows; ``wrong`` of them judged wrong."""

    def make(wrong, label=lambda row: "广告" if row % 2 else "正常", **more):
        return [scored(label(row), "诈骗" if row in wrong else label(row), row, **more) for row in range(60)]

    return make


def line(compared, name):
    return next(item for item in compared.lines if item.name == name)


def test_the_table_marks_what_differs_and_knows_defaults(make_run):
    first = make_run("甲", params={"features": 5000}, figures={"test/accuracy": 0.5})
    second = make_run("乙", figures={"test/accuracy": 0.7})
    compared = compare(LOCAL, [first, second])
    assert [item.key for item in compared.subjects] == [first, second]
    assert line(compared, "train.features").differs
    assert line(compared, "train.features").values[1] is not None  # the default, though nobody wrote it down
    assert line(compared, "test/accuracy").values == [0.5, 0.7]
    assert not line(compared, "read.source").differs


def test_runs_of_one_name_are_told_apart(make_run):
    names = [item.name for item in compare(LOCAL, [make_run("同"), make_run("同")]).subjects]
    assert len(set(names)) == 2


def test_a_single_evaluation_can_be_compared_and_must_exist(make_run, rows):
    run = make_run("甲", rows=rows(set()), figures={"test/accuracy": 1.0})
    assert compare(LOCAL, [f"{run[:8]}:evaluate"]).subjects[0].key == f"{run}:evaluate"
    with pytest.raises(InkstoneError) as error:
        compare(LOCAL, [f"{run}:nothing"])
    assert error.value.code == "compare.no_evaluation"


@pytest.mark.parametrize(
    ("given", "code"), [([], "compare.nothing"), ([" "], "compare.nothing"), (["ffffffff"], "runs.unknown")]
)
def test_bad_references(home, given, code):
    with pytest.raises(InkstoneError) as error:
        compare(LOCAL, given)
    assert error.value.code == code


def test_a_difference_beyond_chance_and_one_within(make_run, rows):
    base, better, alike = (
        make_run(name, rows=rows(wrong))
        for name, wrong in (("基准", set(range(20))), ("好", set()), ("同", set(range(1, 21))))
    )
    found = significance(LOCAL, [base, better, alike], "accuracy", resamples=1000)
    assert [item.verdict for item in found.verdicts] == ["better", "noise"]
    good, same = found.verdicts
    assert good.differences["accuracy"].value == pytest.approx(20 / 60)
    assert (good.only_subject, good.only_baseline) == (20, 0)
    assert good.mcnemar_exact == pytest.approx(2 * 0.5**20)
    assert (same.only_subject, same.only_baseline, same.mcnemar_exact) == (1, 1, 1.0)
    assert found.rows == 60
    assert "好" in good.words.zh


def test_rows_in_another_order_are_the_same_rows(make_run, rows):
    straight = rows({1, 2})
    found = significance(LOCAL, [make_run(rows=straight), make_run(rows=straight[::-1])], "accuracy", resamples=200)
    assert found.refused is None
    assert found.verdicts[0].differences["accuracy"].value == 0


def test_other_rows_are_refused_with_the_reason(make_run, rows):
    first = make_run("甲", rows=rows(set()))
    fewer = make_run("少", rows=rows(set())[:50])
    other_text = make_run("异", rows=rows(set(), text="同一位置的另一句话"))
    for other, shared in ((fewer, "50"), (other_text, "0")):
        found = significance(LOCAL, [first, other])
        assert found.verdicts == []
        assert f"共有 {shared} 行" in found.refused.zh
        assert f"{shared} in common" in found.refused.en
        assert deciding_rows(LOCAL, [first, other]).refused == found.refused


def test_other_true_labels_are_refused_with_the_reason(make_run, rows):
    corrected = rows(set())
    corrected[3]["label"] = "诈骗"
    found = significance(LOCAL, [make_run("甲", rows=rows(set())), make_run("乙", rows=corrected)])
    assert "1 行的真实标签不同" in found.refused.zh


def test_a_deleted_artifact_is_told_and_the_rest_stands(make_run, rows):
    first, gone = make_run("甲", rows=rows({1})), make_run("乙", rows=rows({2}))
    with session() as db:
        sha256 = db.query(Artifact).filter_by(fingerprint="f1").one().sha256
    ArtifactStore().remove(sha256)
    assert significance(LOCAL, [first, gone]).refused is not None
    figures = class_figures(LOCAL, [first, gone])
    assert figures[0].matrix and figures[0].problem is None
    assert figures[1].problem is not None
    assert len(compare(LOCAL, [first, gone]).subjects) == 2
    assert "<html" in export.report(LOCAL, [first, gone], "zh")


def test_an_unknown_figure_is_refused(make_run, rows):
    pair = [make_run(rows=rows({1})), make_run(rows=rows({2}))]
    with pytest.raises(InkstoneError) as error:
        significance(LOCAL, pair, "beauty", resamples=100)
    assert error.value.code == "compare.bad_figure"
    assert significance(LOCAL, pair, "f1/广告", resamples=100).verdicts


def test_the_rows_that_decide_are_those_only_some_have_right(make_run, rows):
    found = deciding_rows(LOCAL, [make_run("甲", rows=rows({3, 4})), make_run("乙", rows=rows({4, 5}))])
    assert sorted(row.row for row in found.rows) == [3, 5]
    assert found.total == 2


def test_the_difference_of_confusion_matrices(make_run, rows):
    one, other = class_figures(LOCAL, [make_run(rows=rows({1, 3})), make_run(rows=rows(set()))])
    labels, counts = difference(one, other)
    assert counts[labels.index("广告")][labels.index("诈骗")] == 2
    assert counts[labels.index("广告")][labels.index("广告")] == -2


def test_curves_over_steps_epochs_and_time_without_what_is_no_number(make_run):
    run = make_run(curve=[1.0, None, 0.5, 0.25])
    steps = curves(LOCAL, [run], ["train/loss"])[0]
    assert (steps.x, steps.y, steps.missing, steps.total) == ([0, 2, 3], [1.0, 0.5, 0.25], 1, 4)
    assert curves(LOCAL, [run], ["train/loss"], axis="epoch")[0].x == [0, 0.2, 0.3]
    assert curves(LOCAL, [run], ["train/loss"], axis="time")[0].x == [0, 2, 3]
    assert curves(LOCAL, [run], ["train/loss"], smoothing=0.9)[0].y[0] == 1.0
    with pytest.raises(InkstoneError) as error:
        curves(LOCAL, [run], ["train/loss"], axis="colour")
    assert error.value.code == "compare.bad_axis"


def test_a_figure_logged_a_great_many_times_keeps_its_peak(make_run):
    run = make_run()
    peak = 77_777
    points = [
        {
            "run_id": run,
            "node": "train",
            "name": "train/loss",
            "value": 9.0 if step == peak else math.sin(step),
            "step": step,
        }
        for step in range(100_000)
    ]
    with session() as db:
        db.execute(Metric.__table__.insert(), points)
        curve = stored_curves(db, [run])[run, "train", "train/loss"]
    assert curve.total == 100_000
    assert len(curve.steps) <= 5000
    assert max(curve.values) == 9.0
    assert abs(curve.steps[curve.values.index(9.0)] - peak) <= 50
    shown = curves(LOCAL, [run], ["train/loss"], points=200)[0]
    assert len(shown.x) == 200 and max(shown.y) == 9.0
    series = run_details.metrics(LOCAL, run, points=300)[0]
    assert series.total == 100_000 and len(series.points) <= 300


def test_names_with_markup_stay_text_in_report_and_spreadsheet(make_run, rows):
    runs = [make_run(MARKUP, rows=rows({1}, text=None)), make_run("=1+1", rows=rows({2}))]
    page = export.report(LOCAL, runs, "en")
    assert MARKUP not in page
    assert "&lt;img src=x" in page
    assert "https://cdn" not in page.split("<footer>")[0].split("plotly.js v")[0]
    table = export.table_csv(compare(LOCAL, runs))
    assert "'=1+1" in table
    read = pq.read_table(io.BytesIO(export.table_parquet(compare(LOCAL, runs)))).to_pydict()
    assert read["name"] == [MARKUP, "=1+1"]


def test_a_run_without_evaluation_says_so(make_run, rows):
    found = significance(LOCAL, [make_run("甲", rows=rows(set())), make_run("没有")])
    assert "没有" in found.refused.zh
