"""Any model that a run gave can be registered."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from inkstone.backend.service import models, run_organising
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.registry import from_run
from inkstone.components.errors import InkstoneError

PIPELINE = """
inkstone: 1
name: 短信
nodes:
  read: {{component: data.read_table@1, params: {{source: "{source}"}}}}
  columns: {{component: data.map_columns@1, params: {{text: 文本, label: 标签}}, inputs: {{table: read.table}}}}
  train: {{component: train.ngram_baseline@1, inputs: {{train: columns.table}}}}
  evaluate: {{component: evaluate.classification@1, inputs: {{model: train.model, table: columns.table}}}}
"""


def test_the_model_of_a_node_becomes_a_version(test_set: str, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(PIPELINE.format(source=test_set), "utf-8")
    command = [sys.executable, "-m", "inkstone.backend.cli", "run", str(tmp_path / "p.yaml"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    run = json.loads(done.stdout)["run"]

    digest, node = next(iter(from_run.model_nodes(LOCAL, run).items()))
    assert node == "train"
    run_organising.rename(LOCAL, run, "短信 · 七月")  # a name that no model may bear
    assert from_run.usual_name(LOCAL, run) == "短信"
    made = from_run.register(LOCAL, run, node)
    assert (made.reference, made.run_id) == ("短信@1", run)
    assert made.metrics["accuracy"] == 1.0  # of the evaluation, not of the training
    assert models.predict(LOCAL, made.reference, ["加微信领红包"])[0][0].label == "广告"
    assert from_run.register(LOCAL, run, node, "别的名字").reference == "别的名字@1"
    assert digest == next(iter(from_run.model_nodes(LOCAL, run)))

    with pytest.raises(InkstoneError, match=r"runs\.output_not_found"):
        from_run.register(LOCAL, run, "evaluate")
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        from_run.register(Actor("u", "vic", "viewer"), run, node)
