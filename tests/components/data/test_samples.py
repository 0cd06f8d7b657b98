"""The sample data that Inkstone ships: complete, distinct, and hard enough to be worth training on."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from inkstone.components.data.text_keys import plain_text

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = ROOT / "inkstone" / "assets" / "samples"
CLASSES = {"risk_zh": 6, "risk_en": 6, "topics_zh": 8, "topics_en": 8}


@pytest.mark.parametrize("name", CLASSES)
def test_sample_is_sane(name):
    with (SAMPLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["text", "label"]
    assert len(rows) >= 2000
    assert len({plain_text(row["text"]) for row in rows}) == len(rows)
    counts = Counter(row["label"] for row in rows)
    assert len(counts) == CLASSES[name]
    assert min(counts.values()) >= 100
    assert all(4 <= len(row["text"]) <= 400 and "{" not in row["text"] for row in rows)


def test_script_measures_samples_as_neither_trivial_nor_hopeless():
    script = ROOT / "scripts" / "make_samples.py"
    result = subprocess.run(
        [sys.executable, str(script), "--check", "risk_zh"], capture_output=True, text=True, check=True
    )
    assert 0.88 <= float(result.stdout.split()[-1]) <= 0.96
