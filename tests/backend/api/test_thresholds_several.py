"""Thresholds of models whose texts may be of several classes: tried, saved, obeyed."""

import json
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from several_parts import PHRASES, several_table
from starlette.testclient import TestClient

from inkstone.backend.store.registry import register_model
from inkstone.components.artifacts import Table

MODEL = "/api/v1/models/标签"
BOTH = f"{PHRASES['诈骗']}，{PHRASES['广告']}"
WISH = {"data": "开发", "classes": {"诈骗": {"review": 0.3, "block": 1.01}, "广告": {"review": 0.3, "block": 0.3}}}


@pytest.fixture
def labeller(client: TestClient, tmp_path: Path) -> Table:
    """Register a multi-label model without a policy, and upload its rows with the labels written in one cell."""
    table = several_table(tmp_path / "rows", [])
    made = ComponentContext(tmp_path / "m").run("train.multilabel_baseline", {"train": table, "dev": table})["model"]
    register_model("标签", made.path, metrics={"macro_f1": 1.0})
    rows = [row for batch in table.batches(["text", "labels"]) for row in batch.to_pylist()]
    lines = [json.dumps({"text": row["text"], "标签们": ";".join(row["labels"])}, ensure_ascii=False) for row in rows]
    client.post("/api/v1/datasets", files={"file": ("开发.jsonl", "\n".join(lines).encode())})
    client.put("/api/v1/datasets/开发/roles", json={"text": "text", "labels": "标签们"})
    return table


def test_a_label_model_gets_a_policy_that_everything_obeys(client: TestClient, labeller: Table) -> None:
    tried = client.post(f"{MODEL}/thresholds", json={"data": "开发"}).json()
    assert (tried["several"], tried["saved"], tried["policy"]["safe"]) == (True, False, "正常")
    assert tried["rows"] == labeller.info.rows  # rows without a label are harmless, not lost
    assert {item["label"] for item in tried["trial"]["classes"]} == set(PHRASES)
    assert tried["curves"]["诈骗"]["average_precision"] > 0.9
    assert client.put(f"{MODEL}/policy", json=WISH).json()["reference"] == "标签@2"
    answers = client.post(f"{MODEL}/decide", json={"texts": [BOTH, PHRASES["诈骗"], "今天天气很好"]}).json()
    assert [item["decision"] for item in answers] == ["block", "review", "pass"]
    assert set(answers[0]["labels"]) == {"诈骗", "广告"}
    again = client.post(f"{MODEL}@2/thresholds", json={"data": "开发"}).json()
    assert again["saved"] and again["policy"]["several"] and again["policy"]["classes"]["诈骗"]["block"] == 1.01
    assert client.post(f"{MODEL}@1/decide", json={"texts": [BOTH]}).status_code == 422  # the old version stays


def test_what_cannot_be_a_threshold_is_refused(client: TestClient, labeller: Table) -> None:
    for classes in ({"正常": {"block": 0.5}}, {"没有的": {"block": 0.5}}, {"广告": {"review": 0.9, "block": 0.5}}):
        wish: dict[str, Any] = {"data": "开发", "classes": classes}
        answer = client.post(f"{MODEL}/thresholds", json=wish)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "thresholds.bad_threshold")
