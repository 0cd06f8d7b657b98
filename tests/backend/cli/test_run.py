"""``inkstone run`` and what can be asked afterwards."""

import csv
import json
import zipfile

from inkstone.components.artifacts import file_digest


def test_a_run_ends_with_figures_and_a_model(after_run, finished):
    code, result = after_run.json("run", finished / "quick.yaml", "--data", finished / "table.csv")
    assert code == 0
    assert list(result) == ["run", "state", "seconds", "metrics", "model", "nodes"]
    assert result["state"] == "SUCCEEDED"
    assert result["model"] == "quick@1"
    assert result["metrics"]["macro_f1"] > 0.9
    assert 0 < result["metrics"]["accuracy"] <= 1
    assert {"id": "split", "component": "data.split@1", "state": "CACHED"}.items() <= result["nodes"][2].items()
    assert [node["state"] for node in result["nodes"][:5]] == ["CACHED"] * 5


def test_a_dataset_that_is_there_already_is_named_instead_of_a_file(after_run, finished):
    code, result = after_run.json("run", finished / "quick.yaml", "--data", "dataset:table@1")
    assert (code, result["model"]) == (0, "quick@1")
    assert [node["state"] for node in result["nodes"][:5]] == ["CACHED"] * 5
    code, answer = after_run.json("run", finished / "quick.yaml", "--data", "dataset:none")
    assert (code, answer["error"]["code"]) == (4, "data.unknown_dataset")


def test_a_pipeline_without_template_part_reports_its_last_evaluation(after_run, finished):
    text = (finished / "quick.yaml").read_text("utf-8").split("template:")[0]
    plain = finished / "plain.yaml"
    plain.write_text(
        text.replace("data.read_table@1}", 'data.read_table@1, params: {source: "dataset:table"}}'), "utf-8"
    )
    code, result = after_run.json("run", plain, "--to", "evaluate")
    assert (code, result["model"]) == (0, None)
    assert result["metrics"]["macro_f1"] > 0.9
    assert [node["state"] for node in result["nodes"] if node["id"] == "register"] == ["SKIPPED"]


def test_a_pipeline_may_end_with_a_deployment(after_run, finished):
    text = (finished / "quick.yaml").read_text("utf-8")
    deploy = (
        "  deploy: {component: deliver.deploy@1, inputs: {registered: register.registered}, params: {name: live}}\n"
    )
    file = finished / "deploying.yaml"
    file.write_text(text.replace("template:", deploy + "template:", 1), "utf-8")
    for _ in range(2):  # the second time the deployment is there, and everything else comes from the cache
        code, result = after_run.json("run", file, "--data", finished / "table.csv")
        assert (code, result["model"]) == (0, "quick@1")
        assert {"id": "deploy", "state": "SUCCEEDED"}.items() <= result["nodes"][-1].items()
    found = after_run.json("deployments")[1]
    assert [(item["name"], item["model"], item["running"]) for item in found] == [("live", "quick@1", True)]


def test_guessed_columns_are_said(after_run, finished):
    shown = after_run("run", finished / "quick.yaml", "--data", finished / "table.csv", "--name", "again")
    assert shown.code == 0
    assert "Column text = 内容 (guessed" in shown.err
    assert "Column label = 类别 (guessed" in shown.err
    assert "macro_f1" in shown.out and "Model again@1" in shown.out


def test_runs_logs_and_models_are_listed(after_run):
    code, found = after_run.json("runs", "--limit", "1")
    assert (code, len(found), found[0]["state"]) == (0, 1, "SUCCEEDED")
    run = found[0]["id"]
    assert after_run.json("runs", run[:8])[1]["run"] == run
    assert "SUCCEEDED" in after_run("logs", run, "-f").out
    events = [json.loads(line) for line in after_run("logs", run, "--json").out.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert after_run("stop", run).code == 2
    assert after_run.json("resume", run)[1]["error"]["code"] == "runs.not_resumable"
    assert "quick@1" in after_run("models").out
    assert after_run.json("models", "quick", "--stage", "production")[1][0]["stage"] == "production"
    assert "table@1" in after_run("datasets").out


def test_texts_are_predicted(after_run):
    code, found = after_run.json("predict", "quick", "--text", "便宜打折抢购", "--text", "赌场下注中奖")
    assert (code, [item["label"] for item in found]) == (0, ["促销", "博彩"])
    assert abs(sum(found[0]["scores"].values()) - 1) < 1e-6
    assert "促销" in after_run("predict", "quick@1", "--text", "便宜打折抢购").out


def test_a_file_is_predicted_row_by_row_and_its_formulas_are_neutralised(after_run, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("编号,内容\n1,便宜打折抢购吧\n2,=cmd|赌场下注中奖\n3,\n", "utf-8")
    code, facts = after_run.json("predict", "quick", "--input", source, "--output", output, "--column", "内容")
    assert (code, facts["rows"]) == (0, 3)
    rows = list(csv.DictReader(output.open(encoding="utf-8-sig")))
    assert [row["predicted"] for row in rows[:2]] == ["促销", "博彩"]
    assert rows[1]["内容"] == "'=cmd|赌场下注中奖"
    lines = tmp_path / "out.jsonl"
    assert after_run("predict", "quick", "--input", source, "--output", lines, "--column", "内容").code == 0
    assert json.loads(lines.read_text("utf-8").splitlines()[1])["内容"] == "=cmd|赌场下注中奖"


def test_a_prediction_that_fails_leaves_no_file(after_run, tmp_path):
    source, output = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("a,b\n", "utf-8")
    assert (
        after_run.json("predict", "quick", "--input", source, "--output", output)[1]["error"]["code"]
        == "data.header_only"
    )
    source.write_text("a,b\n1,2\n", "utf-8")
    for arguments, code in (
        (["--output", output, "--column", "nix"], "dataset.unknown_column"),
        (["--output", tmp_path / "nix" / "out.csv"], "cli.bad_output_file"),
        (["--output", tmp_path / "out.docx"], "cli.bad_output_file"),
    ):
        assert after_run.json("predict", "quick", "--input", source, *arguments)[1]["error"]["code"] == code
    assert list(tmp_path.iterdir()) == [source]


def test_a_model_is_taken_away_as_one_file(after_run, tmp_path):
    code, facts = after_run.json("export", "quick", "--output", tmp_path / "quick.zip")
    assert (code, facts["bytes"]) == (0, (tmp_path / "quick.zip").stat().st_size)
    with zipfile.ZipFile(tmp_path / "quick.zip") as archive:
        archive.extractall(tmp_path / "model")
    (facts_file,) = (tmp_path / "model").rglob("inkstone.json")
    for name, digest in json.loads(facts_file.read_text("utf-8"))["files"].items():
        assert file_digest(facts_file.parent / name) == digest
    assert (
        after_run.json("export", "quick", "--format", "pickle", "--output", tmp_path / "x")[1]["error"]["code"]
        == "models.bad_format"
    )
