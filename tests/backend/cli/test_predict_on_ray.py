"""``inkstone predict --ray``: a file answered by actors is the file answered here; bad input gives the same errors."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from component_context import ComponentContext
from tiny_models import pair_table, tiny_encoder, two_class_rows, two_class_table

from inkstone.backend.store.database import migrate
from inkstone.backend.store.registry import register_model

pytestmark = [pytest.mark.ray, pytest.mark.timeout(600)]
ROWS = 2_300  # two whole blocks and a part of one


@pytest.fixture
def models(inkstone_home: Path, tmp_path: Path) -> None:
    migrate()
    table = two_class_table(tmp_path / "table")
    pairs = pair_table(tmp_path / "pairs")
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    for name, component, rows, params in (
        ("network", "train.text_classification", table, {"encoder": encoder, "epochs": 2.0, "learning_rate": 1e-2}),
        ("pairs", "train.ngram_baseline", pairs, {}),
    ):
        made = ComponentContext(tmp_path / name).run(component, {"train": rows}, **params)
        register_model(name, made["model"].path, metrics={})


def predicted(model: str, source: Path, output: Path, *options: str) -> tuple[int, dict]:
    command = [sys.executable, "-m", "inkstone.backend.cli", "predict", model, "--input", str(source), "--json"]
    command += ["--output", str(output), *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=500)
    return done.returncode, json.loads(done.stdout)


def test_both_ways_give_the_same_file(models: None, tmp_path: Path) -> None:
    texts = two_class_rows()[0]
    source = tmp_path / "in.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "text"])
        writer.writerows([number, f"{texts[number % len(texts)]} {number}"] for number in range(ROWS))
    found = {}
    for way in ("--ray", "--no-ray"):
        output = tmp_path / f"out{way}.csv"
        assert predicted("network", source, output, "--column", "text", way) == (
            0,
            {"rows": ROWS, "output": str(output)},
        )
        found[way] = list(csv.DictReader(output.open(encoding="utf-8-sig")))
    assert [row["number"] for row in found["--ray"]] == [str(number) for number in range(ROWS)]
    for ours, theirs in zip(found["--ray"], found["--no-ray"], strict=True):
        assert ours | {"score": ""} == theirs | {"score": ""}
        # The engine groups rows by the time that batches take; a sum over other padding differs in its last digits.
        assert float(ours["score"]) == pytest.approx(float(theirs["score"]), abs=1e-5)


def test_bad_input_gives_the_same_errors_and_no_file(models: None, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("a,b\n你好,再见\n", "utf-8")
    bad.write_text("a,b\n", "utf-8")
    for model, source, options in (
        ("pairs", good, ["--column", "a"]),
        ("network", good, ["--column", "c"]),
        ("network", bad, []),
    ):
        # None of them starts Ray first.
        errors = [
            predicted(model, source, tmp_path / "out.csv", *options, way)[1]["error"] for way in ("--ray", "--no-ray")
        ]
        assert errors[0] == errors[1]
    assert not [item for item in tmp_path.iterdir() if "out" in item.name]
