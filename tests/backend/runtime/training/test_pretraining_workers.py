"""Two workers learn masked words as one does, and go on after a stop as if there had been none."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(900)

SUPPORT = Path(__file__).parents[3] / "support"


def pretrain_apart(root: Path, *jobs: dict[str, Any]) -> list[dict[str, Any]]:
    environment = os.environ | {"PYTHONPATH": str(SUPPORT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(SUPPORT / "pretrain_tiny.py"), str(root), json.dumps(jobs)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True, timeout=860)
    assert done.returncode == 0, done.stderr[-3000:]
    outcomes: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return outcomes


def values(outcome: dict[str, Any], name: str) -> list[float]:
    return [item["value"] for item in outcome["result"]["history"] if item["name"] == name]


def test_two_workers_learn_what_one_learns(tmp_path: Path, inkstone_home: Path) -> None:
    import pretrain_tiny
    import torch

    from inkstone.components.nlp.model_io import load_weights

    pretrain_tiny.prepare(tmp_path)
    one, stopped, two = pretrain_apart(
        tmp_path,
        {"name": "one"},
        {"name": "two", "workers": 2, "stop": True},
        {"name": "two", "workers": 2},
    )
    assert stopped == {"cancelled": True}
    for name in ("train/loss", "dev/loss", "dev/masked_accuracy"):
        assert values(two, name) == pytest.approx(values(one, name), rel=2e-3, abs=1e-6), name
    whole = load_weights(tmp_path / "one" / "model" / "model.safetensors")
    weights = load_weights(tmp_path / "two" / "model" / "model.safetensors")
    assert all(torch.allclose(value, weights[name], atol=2e-3) for name, value in whole.items())


def test_two_workers_that_share_the_weights_learn_what_one_learns(tmp_path: Path, inkstone_home: Path) -> None:
    import pretrain_tiny
    import torch

    from inkstone.components.nlp.model_io import load_weights

    pretrain_tiny.prepare(tmp_path)
    one, stopped, shared = pretrain_apart(
        tmp_path,
        {"name": "one"},
        {"name": "shared", "workers": 2, "shard": True, "stop": True},
        {"name": "shared", "workers": 2, "shard": True},
    )
    assert stopped == {"cancelled": True}
    for name in ("train/loss", "dev/loss", "dev/masked_accuracy"):
        assert values(shared, name) == pytest.approx(values(one, name), rel=2e-3, abs=1e-6), name
    whole = load_weights(tmp_path / "one" / "model" / "model.safetensors")
    weights = load_weights(tmp_path / "shared" / "model" / "model.safetensors")
    assert weights.keys() == whole.keys()
    assert all(torch.allclose(value, weights[name], atol=2e-3) for name, value in whole.items())
