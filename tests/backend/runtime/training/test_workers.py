"""Two workers learn what one learns: the same batches, the same loss, the same curve."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]

SUPPORT = Path(__file__).parents[3] / "support"
Outcome = dict[str, Any]


def train_apart(root: Path, *jobs: dict[str, Any]) -> list[Outcome]:
    """Run trainings in one process of their own, which starts its own Ray; starting it is what takes long."""
    environment = os.environ | {"PYTHONPATH": str(SUPPORT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(SUPPORT / "train_tiny.py"), str(root), json.dumps(jobs)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=560)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    outcomes: list[Outcome] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


def values(outcome: Outcome, name: str) -> list[float]:
    return [item["value"] for item in outcome["result"]["history"] if item["name"] == name]


def test_two_workers_give_the_curve_of_one_and_a_stop_and_an_error_reach_all(
    tmp_path: Path, inkstone_home: Path
) -> None:
    import train_tiny

    train_tiny.prepare(tmp_path)
    same = {"dropout": 0, "batch_size": 14}
    one, stopped, two, failed = train_apart(
        tmp_path,
        {"name": "one", **same},
        {"name": "two", "workers": 2, "stop": True, **same},
        {"name": "two", "workers": 2, **same},
        {"name": "failed", "workers": 2, "metric": "no_such"},
    )
    assert two["result"]["steps"] == one["result"]["steps"] == 8  # 48 rows: three batches of 14 and one of 6
    for name in ("train/loss", "train/learning_rate", "dev/loss", "dev/macro_f1"):
        assert values(two, name) == pytest.approx(values(one, name), rel=1e-3, abs=1e-6), name
    assert stopped == {"cancelled": True}
    lines = [line for file in (tmp_path / "two-run" / "spool").glob("*") for line in file.read_text().splitlines()]
    logs = [json.loads(line) for line in lines]
    assert any("checkpoint-1" in line["message"]["en"] for line in logs if line["kind"] == "log")
    assert failed["error"]["code"] == "train.unknown_metric"
