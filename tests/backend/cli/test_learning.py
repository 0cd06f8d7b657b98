"""Label a few more and train again, from the command line: whole small runs."""

import csv

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from inkstone.backend.api import create_api
from inkstone.backend.api.auth import AuthMiddleware
from inkstone.backend.cli import learning
from inkstone.backend.service import active_learning, datasets, runs
from inkstone.backend.service.actor import LOCAL

NODES = """  read_more: {component: data.read_table@1, enabled: false}
  pick: {component: fewshot.select_rows@1, inputs: {model: baseline.model, unlabelled: read_more.table}, enabled: false}
template:"""
BINDING = """  bindings:
    unlabelled: {targets: [read_more.source], enables: [read_more, pick]}"""


@pytest.fixture
def pipeline(finished, after_run):
    """Give the small pipeline with a place for unlabelled texts; rows without a label are left out."""
    source = (finished / "quick.yaml").read_text("utf-8")
    source = source.replace("label: 类别}", "label: 类别, missing_labels: drop}", 1)
    source = source.replace("template:", NODES, 1).replace("  bindings:", BINDING, 1)
    path = finished / "more.yaml"
    path.write_text(source, "utf-8")
    return path


@pytest.fixture
def rest(after_run):
    """Give the REST interface of the home with the finished run."""
    guarded = [Middleware(AuthMiddleware, required=False)]
    application = Starlette(routes=[Mount("/api", create_api())], middleware=guarded)
    return TestClient(application, base_url="http://localhost")


def test_uncertain_texts_of_an_unlabelled_file_are_labelled_and_learned(after_run, finished, pipeline):
    texts = [f"便宜下注开会第{number}种说法" for number in range(30)]
    known = (finished / "table.csv").read_text("utf-8").splitlines()[1].partition(",")[0]
    pool = finished / "未标注.txt"
    pool.write_text("\n".join([*texts, "", known]) + "\n", "utf-8")
    code, run = after_run.json("run", pipeline, "--data", finished / "table.csv", "--unlabelled", pool)
    assert code == 0

    todo = finished / "todo.csv"
    code, found = after_run.json("label-more", run["run"], "--count", "5", "--output", todo)
    assert (code, len(found["rows"]), found["dataset"]) == (0, 5, "dataset:未标注@1")
    assert {item["suggestion"] for item in found["rows"]} <= {"促销", "日常", "博彩"}
    assert after_run.json("label-more", run["run"])[1]["rows"] == found["rows"]  # once chosen they stay chosen
    assert after_run.json("retrain", run["run"])[1]["error"]["code"] == "dataset.nothing_labelled"

    lines = list(csv.DictReader(todo.read_text("utf-8-sig").splitlines()))
    assert [line["text"] for line in lines] == [item["values"][found["text"]] for item in found["rows"]]
    filled = [f"{line['row']},{'博彩' if number else ''}" for number, line in enumerate(lines)]
    todo.write_text("row,label\n" + "\n".join(filled) + "\n", "utf-8")
    code, again = after_run.json("retrain", run["run"], "--labels", todo)
    assert code == 0 and again["model"] != run["model"]

    grown = datasets.get(LOCAL, "table")
    assert (grown.rows, grown.made["how"], grown.made["labels"]) == (94, "learning", 4)
    rows = datasets.preview(LOCAL, grown.reference, offset=90)
    assert {row[rows.columns.index("类别")] for row in rows.rows} == {"博彩"}
    assert runs.get(LOCAL, again["run"]).document.nodes["read"].params["source"] == grown.reference

    code, second = after_run.json("label-more", again["run"], "--count", "40")
    learned = {line["text"] for line in lines[1:]}
    assert not learned & {item["values"][second["text"]] for item in second["rows"]}
    assert len(second["rows"]) == 26  # neither the empty text, nor the one in the training data, nor those labelled


def test_rows_without_a_label_in_the_same_file_will_do_also_over_rest(after_run, finished, pipeline, rest):
    source = (finished / "table.csv").read_text("utf-8").splitlines()
    partly = finished / "partly.csv"
    partly.write_text("\n".join([*source, "便宜下注开会,", "打折中奖吃饭,"]) + "\n", "utf-8")
    code, run = after_run.json("run", pipeline, "--data", partly)
    assert code == 0
    assert after_run("label-more", run["run"], "--count", "1").code == 0
    more = f"/api/v1/runs/{run['run']}/label-more"
    found = rest.get(more).json()
    row = found["rows"][0]["row"]
    assert found["job"]["state"] == "done" and row in {90, 91}
    assert rest.post(more, json={"count": 0}).status_code == 422
    refused = rest.post(f"{more}/labels", json={"0": "日常"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "learning.not_chosen")
    assert rest.post(f"{more}/labels", json={str(row): "日常"}).json()["given"] == {str(row): ["日常"]}
    queued = runs.view(LOCAL, rest.post(f"{more}/retrain").json()["id"])
    made = runs.get(LOCAL, queued.id).document.nodes["read"].params["source"]
    rows = datasets.preview(LOCAL, made, offset=row, limit=1)
    assert rows.rows[0][rows.columns.index("类别")] == "日常"
    runs.stop(LOCAL, queued.id)


def test_a_run_without_unlabelled_texts_says_what_is_needed(after_run, finished):
    run = runs.list_(LOCAL, limit=100)[-1].id  # the first: every row has a label
    assert not active_learning.possible(LOCAL, run)
    shown = after_run("label-more", run)
    assert shown.code == 2 and "unlabelled texts" in shown.err
    assert after_run("label-more", run, "--measure", "luck").code == 2
    broken = finished / "broken.csv"
    broken.write_text("a,b\n1,2\n", "utf-8")
    assert after_run("retrain", run, "--labels", broken).code == 2


def test_texts_of_several_lines_stay_one_row(tmp_path):
    file = tmp_path / "todo.csv"
    file.write_bytes('row,text,label\r\n3,"第一行\n第二行",广告\r\n4,"a\u2028b",\r\n'.encode("utf-8-sig"))
    assert learning._read(file) == {3: "广告"}
