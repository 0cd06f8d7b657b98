"""A comparison that was stopped keeps its finished folds and goes on."""

import json

import pytest
from component_context import ComponentContext
from fewshot_parts import SMALL, rows_of

from inkstone.components.errors import Cancelled
from inkstone.components.nlp.fewshot.fold_memory import FoldMemory


class Stopped(ComponentContext):
    """Is stopped as soon as plain fine-tuning has been judged."""

    def metric(self, name, value, step=0, epoch=None):
        super().metric(name, value, step, epoch)
        if name == "dev/fine_tuning/accuracy":
            self.stop()


def test_a_stopped_comparison_goes_on_and_ends_like_one_that_was_not(reviews, bert, tmp_path):
    options = {
        **SMALL,
        "encoder": str(bert),
        "folds": 2,
        "epochs": 1,
        "pet": False,
        "ptuning": False,
        "combined": False,
    }
    stopped = Stopped(tmp_path / "stopped")
    with pytest.raises(Cancelled):
        stopped.run("compare.few_shot", {"train": reviews}, **options)
    file = stopped.kept() / "folds.jsonl"
    before = file.read_text("utf-8")
    assert len(before.strip().splitlines()) == 4

    (stopped.root / "run" / "stop").unlink()
    with file.open("a", encoding="utf-8") as lines:
        lines.write('\n{"fold": "cut sh')  # the process was killed while it wrote
    resumed = ComponentContext(stopped.root)
    figures = resumed.run("compare.few_shot", {"train": reviews}, **options)["metrics"].read()
    after = file.read_text("utf-8")
    assert after.startswith(before) and len(after.strip().splitlines()) == 4 + 1 + 4
    log = "".join(path.read_text("utf-8") for path in (stopped.root / "run" / "spool").iterdir())
    assert log.count("2 trainings were done before") == 2

    whole = ComponentContext(tmp_path / "whole")
    expected = whole.run("compare.few_shot", {"train": reviews}, **options)["metrics"].read()
    assert figures["methods"] == expected["methods"]


def test_other_rows_seeds_and_parameters_are_other_folds(tmp_path):
    file = tmp_path / "folds.jsonl"
    rows, other = rows_of(["甲", "乙"], ["a", "b"]), rows_of(["甲", "丙"], ["a", "b"])
    FoldMemory(file, {"epochs": 1}).keep(rows, other, 0, {"accuracy": 0.5})
    assert FoldMemory(file, {"epochs": 1}).recall(rows, other, 0) == {"accuracy": 0.5}
    assert FoldMemory(file, {"epochs": 2}).recall(rows, other, 0) is None
    assert FoldMemory(file, {"epochs": 1}).recall(other, rows, 0) is None
    assert FoldMemory(file, {"epochs": 1}).recall(rows, other, 1) is None
    assert [json.loads(line)["figures"] for line in file.read_text("utf-8").split("\n") if line] == [{"accuracy": 0.5}]
