"""Models looked into over REST: thresholds tried, saved, and obeyed by everything that answers."""

from typing import Any

import numpy as np
import pytest
from component_context import ComponentContext
from starlette.testclient import TestClient
from tiny_models import pair_table, two_class_rows, two_class_table

from inkstone.backend.serving.live import LIVE
from inkstone.backend.store.registry import register_model
from inkstone.components.nlp.risk.policy import ClassPolicy, Policy
from inkstone.components.nlp.risk.thresholds import Costs
from inkstone.components.nlp.risk.trial import suggested, trial

MODEL = "/api/v1/models/消息"


@pytest.fixture
def model(client: TestClient, tmp_path: Any) -> str:
    """Register a tiny model of two classes, and upload labelled rows."""
    made = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": two_class_table(tmp_path / "t")})
    lines = [f"{text},{label}" for text, label in zip(*two_class_rows(60), strict=True)]
    client.post("/api/v1/datasets", files={"file": ("开发.csv", "\n".join(["text,label", *lines]).encode())})
    return register_model("消息", made["model"].path, metrics={"macro_f1": 1.0})


def test_counts_and_costs_by_hand() -> None:
    labels, safe = ["正常", "诈骗"], np.array([0, 0, 1, 1, 1])
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.1, 0.9], [0.5, 0.5], [0.8, 0.2]])
    policy = Policy(safe="正常", classes={"诈骗": ClassPolicy(review=0.4, block=0.7)})
    done = trial(policy, labels, scores, safe, Costs(5, 3, 0.5))
    (counts,) = done.classes
    assert (counts.hits, counts.false_alarms, counts.missed, counts.rest, counts.reviewed) == (1, 1, 2, 1, 1)
    assert (done.passed, done.reviewed, done.blocked) == (2, 1, 2)
    assert done.total_cost == pytest.approx(3 + 5 + 0.5)  # one harmless blocked, one harmful passed, one reviewed
    assert done.right == pytest.approx(2 / 4)
    free = Policy(safe=None, classes={"诈骗": ClassPolicy(accept=0.85), "正常": ClassPolicy(accept=0.0)})
    done = trial(free, labels, scores, safe, Costs(5, 3, 0.5))
    assert (done.passed, done.reviewed, done.blocked) == (4, 1, 0)
    assert done.total_cost == pytest.approx(3 * 2 + 0.5)  # rows 4 and 5 are taken for harmless


def test_several_classes_count_each_for_itself() -> None:
    labels = ["正常", "诈骗", "广告"]
    true = np.array([[1, 0, 0], [0, 1, 1], [0, 1, 0], [0, 0, 1], [1, 0, 0]], bool)
    scores = np.array([[0.9, 0.1, 0.1], [0.0, 0.8, 0.9], [0.1, 0.7, 0.9], [0.3, 0.2, 0.6], [0.1, 0.9, 0.1]])
    limits = ClassPolicy(review=0.5, block=0.7)
    policy = Policy(safe="正常", several=True, classes={"诈骗": limits, "广告": limits})
    done = trial(policy, labels, scores, true, Costs(5, 3, 0.5))
    fraud, advert = done.classes
    assert (fraud.hits, fraud.false_alarms, fraud.missed, fraud.rest) == (2, 1, 0, 2)
    assert (advert.hits, advert.false_alarms, advert.missed, advert.rest, advert.reviewed) == (1, 1, 1, 2, 1)
    assert (done.passed, done.reviewed, done.blocked) == (1, 1, 3)
    assert done.total_cost == pytest.approx(3 + 0.5)  # the last row is blocked wrongly, the fourth is reviewed


def test_the_threshold_of_least_cost_is_found() -> None:
    scores = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    true = np.array([0, 0, 1, 1])
    found = suggested(["甲", "乙"], scores, true, None, "cost", 0.9, Costs(0, 3, 0.5))
    assert found["甲"].accept == pytest.approx(0.75)
    assert found["乙"].accept == 0.0  # nothing was ever taken for it


def test_saved_thresholds_are_obeyed_by_predictions_and_deployments(client: TestClient, model: str) -> None:
    answer = client.post(f"{MODEL}/thresholds", json={})
    assert answer.json()["error"]["code"] == "thresholds.no_dev_rows"
    wish: dict[str, Any] = {"data": "开发", "safe": "-", "classes": {"正常": {"accept": 0.3}, "广告": {"accept": 1.01}}}
    tried = client.post(f"{MODEL}/thresholds", json=wish).json()
    assert (tried["rows"], tried["from_run"], tried["saved"]) == (60, False, False)
    assert (tried["trial"]["passed"], tried["trial"]["reviewed"]) == (30, 30)
    before = client.post(f"{MODEL}/predict", json={"texts": ["加微信领红包"]}).json()[0]
    assert before[0]["label"] == "广告" and "decision" not in before[0]
    assert client.post("/api/v1/deployments", json={"model": model, "name": "d"}).status_code == 201
    made = client.put(f"{MODEL}/policy", json=wish)
    assert (made.status_code, made.json()["reference"]) == (201, "消息@2")
    assert "开发@1" in made.json()["note"]["zh"]
    texts = {"texts": ["加微信领红包", "今天天气很好"]}
    refused, taken = client.post(f"{MODEL}/predict", json=texts).json()
    assert (refused[0]["label"], refused[0]["decision"], refused[0]["threshold"]) == ("广告", "review", 1.01)
    assert (taken[0]["label"], taken[0]["decision"]) == ("正常", "pass")
    assert client.post(f"{MODEL}@1/predict", json=texts).json()[0][0].get("decision") is None  # the old version stays
    decided = client.post(f"{MODEL}/decide", json=texts).json()
    assert [item["decision"] for item in decided] == ["review", "pass"]
    client.post("/api/v1/deployments", json={"model": "消息@2", "name": "e"})
    try:
        results = client.post("/api/v1/deployments/e/predict", json=texts).json()["results"]
    finally:
        LIVE.close()
    assert [row[0]["decision"] for row in results] == ["review", "pass"]
    again = client.post(f"{MODEL}/thresholds", json={"data": "开发"}).json()
    assert again["saved"] and again["policy"]["classes"]["广告"]["accept"] == 1.01


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"classes": {"没有": {"block": 0.5, "review": 0.5}}}, "thresholds.bad_threshold"),
        ({"classes": {"广告": {"block": 0.2, "review": 0.5}}}, "thresholds.bad_threshold"),
        ({"classes": {"广告": {"block": 7, "review": 0.5}}}, "thresholds.bad_threshold"),
        ({"safe": "没有"}, "risk.unknown_safe_class"),
        ({"data": "nowhere"}, "data.unknown_dataset"),
    ],
)
def test_bad_thresholds_are_refused_and_nothing_is_saved(
    client: TestClient, model: str, wish: dict[str, Any], code: str
) -> None:
    answer = client.put(f"{MODEL}/policy", json={"data": "开发"} | wish)
    assert answer.json()["error"]["code"] == code
    assert len(client.get(f"{MODEL}/versions").json()) == 1


def test_behaviour_is_tested_kept_and_shown(client: TestClient, model: str) -> None:
    wish = {"data": "开发", "suite": "开发", "added": ["广告=加微信领红包"], "rows": 20}
    made = client.post(f"{MODEL}/behaviour", json=wish)
    assert made.status_code == 201
    found = {item["name"]: item for item in made.json()["tests"]}
    assert list(found) == ["typo", "name", "number", "punctuation", "added:广告", "suite"]
    assert (found["suite"]["rows"], found["suite"]["rate"]) == (20, 1.0)
    assert client.get(f"{MODEL}/behaviour").json() == [made.json()]
    for change, code in (
        ({"data": None}, "thresholds.no_dev_rows"),
        ({"added": ["x"]}, "behaviour.bad_phrase"),
    ):
        answer = client.post(f"{MODEL}/behaviour", json=wish | change)
        assert answer.json()["error"]["code"] == code


def test_models_of_pairs_have_no_thresholds(client: TestClient, tmp_path: Any) -> None:
    made = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": pair_table(tmp_path / "t")})
    register_model("成对", made["model"].path, metrics={})
    for path in ("thresholds", "behaviour"):
        answer = client.post(f"/api/v1/models/成对/{path}", json={})
        assert answer.json()["error"]["code"] == "thresholds.not_a_classifier"
