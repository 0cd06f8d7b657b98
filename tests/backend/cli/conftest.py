"""Runs commands in this process, and once a whole small run in real ones."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from inkstone.backend.cli.entry import run_command

WORDS = {
    "促销": ["便宜", "打折", "优惠", "抢购"],
    "日常": ["明天", "开会", "吃饭", "朋友"],
    "博彩": ["下注", "中奖", "赌场", "彩票"],
}
QUICK = """
inkstone: 1
name: quick
nodes:
  read: {component: data.read_table@1}
  columns: {component: data.map_columns@1, params: {text: 内容, label: 类别}, inputs: {table: read.table}}
  split: {component: data.split@1, inputs: {table: columns.table}}
  baseline: {component: train.ngram_baseline@1, inputs: {train: split.train, dev: split.dev}}
  evaluate: {component: evaluate.classification@1, inputs: {model: baseline.model, table: split.test}}
  register:
    component: deliver.register_model@1
    params: {name: quick}
    inputs: {models: [baseline.model], dev_metrics: [baseline.metrics], test_metrics: [evaluate.metrics]}
template:
  category: test
  summary: {zh: 测试, en: Test}
  story: {zh: 测试, en: Test}
  bindings:
    data: {targets: [read.source]}
    text: {targets: [columns.text]}
    label: {targets: [columns.label]}
    name: {targets: [register.name]}
  metrics_node: register
  model_node: register
"""


def write_table(path: Path) -> Path:
    """Write a small file that is easily learned."""
    lines = ["内容,类别"]
    for number in range(90):
        label = list(WORDS)[number % 3]
        words = WORDS[label]
        lines.append(f"{words[number % 4]}{words[number // 3 % 4]}{words[number // 7 % 4]}第{number}条,{label}")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


class Commands:
    """Runs commands and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> SimpleNamespace:
        self._capsys.readouterr()
        code = run_command([str(argument) for argument in arguments])
        printed = self._capsys.readouterr()
        return SimpleNamespace(code=code, out=printed.out, err=printed.err)

    def json(self, *arguments: object):
        """Run a command with --json and return code and document."""
        result = self(*arguments, "--json")
        return result.code, json.loads(result.out)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak English whatever this machine speaks."""
    monkeypatch.setenv("INKSTONE_LANG", "en")


@pytest.fixture
def inkstone(inkstone_home: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Give the command, on an empty home."""
    return Commands(capsys)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a home with one finished run of a small pipeline, made once for a module."""
    folder = tmp_path_factory.mktemp("cli")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(folder / "home"))
        patch.setenv("INKSTONE_LANG", "en")
        patch.setenv("OMP_NUM_THREADS", "1")
        patch.delenv("INKSTONE_DATABASE_URL", raising=False)
        table = write_table(folder / "table.csv")
        (folder / "quick.yaml").write_text(QUICK, "utf-8")
        assert run_command(["run", str(folder / "quick.yaml"), "--data", str(table), "--json"]) == 0
        yield folder


@pytest.fixture
def after_run(finished: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Give the command on the home with the finished run."""
    monkeypatch.setenv("INKSTONE_HOME", str(finished / "home"))
    monkeypatch.delenv("INKSTONE_DATABASE_URL", raising=False)
    return Commands(capsys)
