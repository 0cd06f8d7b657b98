"""The demo of a model: one text, a file of texts, cells that a spreadsheet could take for formulas."""

import csv
from pathlib import Path

import pytest

from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL
from inkstone.studio import demo_page


def test_a_text_gets_every_label_with_a_score(seeded) -> None:
    scores = demo_page._predict(models.get(LOCAL, seeded.model), "恭喜中奖，先汇款", None)
    assert set(scores) == {"广告", "诈骗", "正常"}
    assert sum(scores.values()) == pytest.approx(1, abs=1e-3)


def test_a_file_comes_back_with_labels_and_without_formulas(seeded, tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("=1+1\n明天开会\n\n", "utf-8")
    result = demo_page._predict_file(models.get(LOCAL, seeded.model), str(file))
    rows = list(csv.reader(Path(result).read_text("utf-8-sig").splitlines()))
    assert rows[0] == ["text", "label", "score"]
    assert [row[0] for row in rows[1:]] == ["'=1+1", "明天开会"]


def test_the_examples_are_rows_of_different_classes(seeded) -> None:
    rows = demo_page._examples(models.get(LOCAL, seeded.model), pair=False)
    assert len(rows) == 3
