"""Evaluation: figures, unknown classes, rows with scores, report."""

from pathlib import Path

import numpy as np
import pytest
from component_context import ComponentContext, make_table
from sklearn.metrics import f1_score
from tiny_models import two_class_rows, two_class_table

from inkstone.components.artifacts import Table
from inkstone.components.errors import InkstoneError


@pytest.fixture
def model(tmp_path: Path) -> object:
    return ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": two_class_table(tmp_path / "t")})[
        "model"
    ]


def test_figures_tables_and_rows_belong_together(tmp_path: Path, model: object) -> None:
    texts, labels = two_class_rows(20)
    labels[0] = "正常"  # one error
    table = make_table(tmp_path / "test", {"text": texts, "label": labels}, {"text": "text", "label": "label"})
    out = ComponentContext(tmp_path / "e").run("evaluate.classification", {"model": model, "table": table})
    found = out["metrics"].read()
    rows = Table(out["metrics"].path / "rows").dataset()
    assert found["values"]["macro_f1"] == pytest.approx(
        f1_score(rows["label"][:], rows["predicted"][:], average="macro")
    )
    assert found["values"]["rows"] == 20
    assert found["split"] == "test"
    assert sum(map(sum, found["confusion"]["matrix"])) == 20
    assert [item["label"] for item in found["per_class"]] == found["labels"] == ["广告", "正常"]
    assert rows["_row"][:] == list(range(20))
    assert np.allclose(np.sum(rows["scores"][:], axis=1), 1, atol=1e-4)
    report = out["report"].read()
    assert {"facts", "table", "figure"} == {section["kind"] for section in report["sections"]}


def test_a_class_that_the_model_never_saw_counts_as_an_error_and_is_shown(tmp_path: Path, model: object) -> None:
    texts, labels = two_class_rows(10)
    table = make_table(
        tmp_path / "test",
        {"text": [*texts, "新", None], "label": [*labels, "新类别", None]},
        {"text": "text", "label": "label"},
    )
    out = ComponentContext(tmp_path / "e").run("evaluate.classification", {"model": model, "table": table})
    found = out["metrics"].read()
    assert found["unknown_labels"] == ["新类别"]
    assert found["per_class"][-1] == {"label": "新类别", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
    assert found["values"]["accuracy"] == pytest.approx(10 / 11)


def test_rows_without_labels_cannot_be_evaluated(tmp_path: Path, model: object) -> None:
    table = make_table(tmp_path / "test", {"text": ["a"], "label": [None]}, {"text": "text", "label": "label"})
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "e").run("evaluate.classification", {"model": model, "table": table})
    assert caught.value.code == "train.no_rows"
