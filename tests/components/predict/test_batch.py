"""Batch prediction keeps the table and adds to it."""

from pathlib import Path

from component_context import ComponentContext, make_table
from tiny_models import two_class_table


def test_columns_are_added_and_nothing_is_lost(tmp_path: Path) -> None:
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": two_class_table(tmp_path / "t")})[
        "model"
    ]
    columns = {
        "id": ["1", "2", "3"],
        "text": ["加微信领红包", None, "今天天气很好"],
        "predicted": ["old", "old", "old"],
    }
    table = make_table(tmp_path / "in", columns, {"text": "text", "id": "id"})
    out = ComponentContext(tmp_path / "p").run("predict.batch", {"model": model, "table": table})["table"]
    assert [item.name for item in out.info.columns] == ["id", "text", "predicted", "score", "scores"]
    assert out.info.roles == {"text": "text", "id": "id"}
    rows = out.dataset()
    assert rows["_row"][:] == [0, 1, 2]
    assert rows["text"][:] == columns["text"]
    assert rows["predicted"][0] == "广告"
    assert rows["predicted"][2] == "正常"
    assert all(max(scores) == score for scores, score in zip(rows["scores"][:], rows["score"][:], strict=True))


def test_a_table_without_rows_stays_a_table(tmp_path: Path) -> None:
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": two_class_table(tmp_path / "t")})[
        "model"
    ]
    empty = make_table(tmp_path / "in", {"text": []}, {"text": "text"})
    out = ComponentContext(tmp_path / "p").run("predict.batch", {"model": model, "table": empty})["table"]
    assert out.info.rows == len(out.dataset()) == 0
