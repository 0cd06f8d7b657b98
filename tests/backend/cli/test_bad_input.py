"""Bad input: a code, what happened, what to do, the right exit code, and nothing half-registered."""

import pytest

from inkstone.backend.service import datasets, run_search, runs
from inkstone.backend.service.actor import LOCAL

RISK = "text-risk-control"
CYCLE = """
inkstone: 1
name: cycle
nodes:
  a: {component: data.clean@1, inputs: {table: b.table}}
  b: {component: data.clean@1, inputs: {table: a.table}}
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("text,label\n" + "".join(f"message number {n} of many,{'ab'[n % 2]}\n" for n in range(40)))
    return path


def _error(result) -> tuple[int, str]:
    code, document = result
    error = document["error"]
    assert error["what"]["zh"] and error["what"]["en"] and error["fix"]["zh"] and error["fix"]["en"]
    return code, error["code"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("empty.csv", b"", "data.empty_file"),
        ("header.csv", b"text,label\n", "data.header_only"),
        ("broken.zip", b"PK\x03\x04 broken", "data.broken_file"),
        ("twice.csv", b"text,text\na,b\n", "data.duplicate_columns"),
        ("one.csv", b"words\nhello there\ngood morning\n", "cli.role_needed"),
    ],
)
def test_a_bad_file(inkstone, tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert _error(inkstone.json("run", RISK, "--data", path)) == (2, expected)
    assert runs.list_(LOCAL) == []
    if expected != "cli.role_needed":
        assert datasets.list_(LOCAL) == []


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--label", "nix"], "pipeline.unknown_column"),
        (["--set", "train.epochs=-1"], "pipeline.out_of_bounds"),
        (["--set", "train.epochs=many"], "pipeline.bad_type"),
        (["--set", "train.nix=1"], "pipeline.unknown_param"),
        (["--set", "nix.epochs=1"], "pipeline.unknown_node"),
        (["--set", "nonsense"], "pipeline.bad_override"),
        (["--to", "nix"], "pipeline.unknown_node"),
        (["--executor", "spark"], "runs.bad_option"),
        (["--seed", "-1"], "cli.usage"),
    ],
)
def test_a_bad_option_starts_nothing(inkstone, table, arguments, expected):
    assert _error(inkstone.json("run", RISK, "--data", table, *arguments)) == (2, expected)
    if expected != "cli.usage":
        assert runs.list_(LOCAL) == []


def test_a_wrong_graph(inkstone, tmp_path):
    path = tmp_path / "cycle.yaml"
    path.write_text(CYCLE)
    assert _error(inkstone.json("run", path)) == (2, "pipeline.cycle")
    assert _error(inkstone.json("validate", path)) == (2, "pipeline.cycle")
    path.write_text(CYCLE + "  c: {component: train.nope@1}\n")
    found = {item["code"] for item in inkstone.json("validate", path)[1]["problems"]}
    assert found == {"pipeline.cycle", "pipeline.unknown_component"}
    path.write_text("a: [1")
    assert _error(inkstone.json("validate", path)) == (2, "pipeline.bad_yaml")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["run", "nix"], "template.not_found"),
        (["run", "nix.yaml"], "template.not_found"),
        (["run", RISK, "--data", "nix.csv"], "upload.missing"),
        (["runs", "feedbeef"], "runs.unknown"),
        (["logs", "feedbeef"], "runs.unknown"),
        (["stop", "feedbeef"], "runs.unknown"),
        (["resume", "feedbeef"], "runs.unknown"),
        (["continue", "feedbeef", "--epochs", "1"], "runs.unknown"),
        (["predict", "nix", "--text", "x"], "models.unknown"),
        (["export", "nix", "--output", "x.zip"], "models.unknown"),
        (["datasets", "preview", "nix"], "data.unknown_dataset"),
        (["users", "remove", "nix"], "user.not_found"),
        (["validate", "nix.yaml"], "upload.missing"),
        (["templates", "nix"], "template.not_found"),
    ],
)
def test_what_is_not_there(inkstone, command, expected):
    assert _error(inkstone.json(*command)) == (4, expected)


@pytest.mark.parametrize(
    "command", [["frob"], ["run"], ["runs", "--limit", "many"], ["predict", "x"], ["runs", "--nix"]]
)
def test_wrong_usage(inkstone, command):
    assert _error(inkstone.json(*command)) == (2, "cli.usage")


def test_errors_speak_the_chosen_language(inkstone, monkeypatch):
    assert "没有名为" in inkstone("run", "nix", "--lang", "zh").err
    assert "There is no solution template" in inkstone("--lang=en", "run", "nix").err
    monkeypatch.setenv("INKSTONE_LANG", "")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有名为" in inkstone("run", "nix").err


def test_an_unexpected_error_shows_no_traceback(inkstone, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(run_search, "search", fail)
    shown = inkstone("runs")
    assert shown.code == 1
    assert "[internal]" in shown.err and "Traceback" not in shown.out
