"""A real small run: its record, the same run again, one with a change, and its rows corrected."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from inkstone.backend.runtime.launch import launch
from inkstone.backend.service import datasets, evaluated_rows, run_record, run_repeating, runs, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.backend.states import RunState
from inkstone.components.errors import InkstoneError

ROWS = "".join(
    f"{'加微信领红包点击链接' if number % 3 else '明天三点开会记得带材料'}{number},{'广告' if number % 3 else '正常'}\n"
    for number in range(80)
)


def carried_out(view):
    assert launch(view.id).wait(timeout=200) == 0
    return view.id


@pytest.fixture
def finished(home: Path, tmp_path: Path) -> str:
    """Give a finished run of the n-gram baseline alone: seconds instead of minutes."""
    file = tmp_path / "消息.csv"
    rows = ROWS.replace("加微信领红包点击链接4,广告", "加微信领红包点击链接4,正常")  # one label is wrong
    file.write_text("文本,标签\n" + rows, "utf-8")
    data = datasets.upload(LOCAL, file, file.name)
    document = templates.build(LOCAL, "text-risk-control", {"data": "dataset:消息", "text": "文本", "label": "标签"})
    nodes = {
        name: node.model_copy(update={"enabled": False}) if name in ("train", "evaluate", "register") else node
        for name, node in document.nodes.items()
    }
    assert data.version == 1
    quick = document.model_copy(update={"nodes": nodes, "template": None})
    return carried_out(runs.start(LOCAL, quick, options={"executor": "local", "seed": 5}, launcher="cli"))


@pytest.mark.timeout(600)
def test_a_run_leaves_a_record_and_can_be_repeated_changed_and_corrected(finished):
    found = run_record.record(LOCAL, finished)
    assert found.environment["seed"] == 5
    assert found.environment["data"][0]["given"] == "dataset:消息"
    assert found.environment["data"][0]["means"] == "dataset:消息@1"
    assert found.environment["packages"]["scikit-learn"]
    assert next(bar.node for bar in found.timeline if not bar.cached) == "read"
    assert found.samples and found.samples[-1].memory_bytes > 0
    assert ("dataset:消息@1", finished, "read") in found.lineage.links

    again = carried_out(run_repeating.reproduce(LOCAL, finished, "cli"))
    compared = run_repeating.reproduction(LOCAL, again)
    assert compared.original == finished
    assert compared.different == {}
    assert any(name.endswith("test/macro_f1") for name in compared.same)
    assert runs.view(LOCAL, again).options["fresh"] is True
    assert run_repeating.reproduction(LOCAL, finished) is None
    assert (finished, again, "reproduced") in run_record.record(LOCAL, finished).lineage.links

    made = evaluated_rows.evaluated_rows(LOCAL, finished, "evaluate_baseline", RowFilter(kind="all"), limit=1000)
    row = made.rows[0]
    version = evaluated_rows.correct(LOCAL, finished, "evaluate_baseline", {row.row: "广告"})
    assert version.reference == "dataset:消息@2"
    assert made.target == "read.source"
    label, parts = evaluated_rows.explain(LOCAL, finished, "evaluate_baseline", row.row)
    assert label == row.predicted
    assert "".join(part.text for part in parts) == row.text

    other = run_repeating.clone(LOCAL, finished, {"read.source": version.reference}, seed=9)
    changed = runs.get(LOCAL, other.id)
    assert changed.document.nodes["read"].params["source"] == "dataset:消息@2"
    assert (other.state, other.options["seed"], other.options["executor"]) == (RunState.QUEUED, 9, "local")


def test_rows_are_filtered_and_sorted(make_run, scored):
    rows = [
        scored("广告", "正常", 0, "甲甲甲", 0.95),
        scored("广告", "正常", 1, "乙", 0.55),
        scored("正常", "正常", 2, "丙丙", 0.4),
        scored("诈骗", "广告", 3, "甲丁", 0.7),
    ]
    run = make_run(rows=rows)

    def found(**wanted):
        return [row.row for row in evaluated_rows.evaluated_rows(LOCAL, run, "evaluate", RowFilter(**wanted)).rows]

    assert found(kind="confident") == [0, 3, 1]
    assert found(kind="hardest")[0] == 0
    assert found(kind="unsure")[0] == 2
    assert found(kind="all") == [0, 1, 2, 3]
    assert found(label="广告", predicted="正常") == [0, 1]
    assert found(kind="all", contains="甲") == [0, 3]
    assert found(kind="all", low=0.6) == [0, 3]
    assert found(kind="all", high=0.6, longest=1) == [1]
    assert found(kind="all", shortest=3) == [0]


def test_rows_that_are_not_there_and_data_that_cannot_be_corrected(make_run, scored):
    run = make_run(rows=[scored("广告", "正常", 0)], source="sample:risk_zh.csv")
    with pytest.raises(InkstoneError) as error:
        evaluated_rows.correct(LOCAL, run, "evaluate", {0: "正常"})
    assert error.value.code == "runs.not_correctable"
    with pytest.raises(InkstoneError) as error:
        evaluated_rows.explain(LOCAL, run, "evaluate", 99)
    assert error.value.code == "runs.no_such_test_row"
    with pytest.raises(InkstoneError) as error:
        evaluated_rows.evaluated_rows(LOCAL, make_run(), "evaluate")
    assert error.value.code == "runs.output_not_found"


def test_the_command_line_refuses_bounds_it_does_not_understand(home):
    program = Path(sys.executable).with_name("inkstone")
    command = [str(program), "runs", "--figure", "test/macro_f1=much", "--lang", "en"]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 2
    assert "runs.bad_range" in done.stderr
