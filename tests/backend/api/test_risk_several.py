"""Risk control of texts of several classes over REST: decisions, reviews, files, what is refused."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from several_parts import PHRASES, several_table
from starlette.testclient import TestClient
from tiny_models import two_class_table

from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.file_predictions import Wish, parsed, predict_table
from inkstone.backend.store.registry import register_model
from inkstone.components.nlp.lexicon.entries import Entry, write_lexicon

MODEL = "/api/v1/models/several"
BOTH = f"{PHRASES['诈骗']}，{PHRASES['广告']}"
ASKED = [f"{BOTH}，测试词", "今天天气很好，测试词", "明天一起吃饭吧"]


def _policy(root: Path, harmless: list[str]) -> Path:
    """Train a model whose words all ask for a review, so that no text is blocked."""
    table = several_table(root / "rows", harmless)
    model = ComponentContext(root / "train").run("train.multilabel_baseline", {"train": table, "dev": table})["model"]
    lexicon = write_lexicon(root / "lexicon", [Entry("测试词", "词", "review")])
    inputs = {"model": model, "dev": table, "lexicon": lexicon}
    # Precision 1 is never promised: whatever is found goes to a person.
    folder: Path = ComponentContext(root / "policy").run("text.decision_policy", inputs, wished=1.0)["model"].path
    return folder


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of two tiny models: harmless rows without a label, and with one."""
    root = tmp_path_factory.mktemp("several")
    return {"several": _policy(root / "none", []), "named": _policy(root / "named", ["正常"])}


@pytest.fixture
def models(client: TestClient, folders: dict[str, Path]) -> None:
    """Register the models."""
    for name, folder in folders.items():
        register_model(name, folder, metrics={"macro_f1": 1.0})


def _queued(client: TestClient, model: str = "several") -> dict[str, Any]:
    """Put the texts into the queue; return its items by text."""
    answers = client.post(f"/api/v1/models/{model}/decide", json={"texts": ASKED, "queue": True}).json()
    assert [item["decision"] for item in answers] == ["review", "review", "pass"]
    return {item["text"]: item for item in client.get(f"/api/v1/reviews/{model}").json()}


def _judge(client: TestClient, item: Any, **body: Any) -> Any:
    return client.put(f"/api/v1/reviews/{item['id']}/label", json=body)


def test_decisions_name_every_class_with_what_it_asks_for(client: TestClient, models: None) -> None:
    (answer,) = client.post(f"{MODEL}/decide", json={"texts": [ASKED[0]]}).json()
    assert (answer["decision"], set(answer["labels"])) == ("review", {"广告", "诈骗", "词"})
    assert answer["label"] in {"广告", "诈骗"}
    actions = {item["label"]: item["action"] for item in answer["reasons"] if item["kind"] == "model"}
    assert actions == {"广告": "review", "诈骗": "review"}
    assert {item["label"] for item in answer["scores"]} == {"正常", *PHRASES}


def test_people_give_any_number_of_classes(client: TestClient, models: None) -> None:
    waiting = _queued(client)
    (queue,) = client.get("/api/v1/reviews").json()
    assert (queue["several"], queue["safe"], queue["waiting"]) == (True, "正常", 2)
    both, harmless = waiting[ASKED[0]], waiting[ASKED[1]]
    wrong = _judge(client, both, labels=["广告", "没有的"])
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "review.unknown_label")
    judged = _judge(client, both, labels=["诈骗", "广告", "诈骗", "正常"]).json()
    assert (judged["label"], judged["labels"]) == ("诈骗", ["诈骗", "广告"])  # harmless only where it is the only one
    judged = _judge(client, harmless, labels=[]).json()
    assert (judged["label"], judged["labels"], judged["judged_by"]) == ("正常", [], "local")
    assert client.get("/api/v1/reviews").json()[0]["judged"] == 2
    undone = client.delete(f"/api/v1/reviews/{both['id']}/label").json()
    assert (undone["label"], undone["labels"], undone["judged_at"]) == (None, None, None)
    assert _judge(client, both, label="广告").json()["labels"] == ["广告"]
    aside = _judge(client, both).json()
    assert (aside["label"], aside["labels"], aside["judged_by"]) == (None, None, "local")


def test_a_text_of_one_class_gets_one(client: TestClient, tmp_path: Path) -> None:
    made = ComponentContext(tmp_path / "train").run(
        "train.ngram_baseline", {"train": two_class_table(tmp_path / "rows", 96)}
    )
    lexicon = write_lexicon(tmp_path / "lexicon", [Entry("测试词", "词", "review")])
    inputs = {"model": made["model"], "dev": two_class_table(tmp_path / "dev"), "lexicon": lexicon}
    policy = ComponentContext(tmp_path / "policy").run("text.decision_policy", inputs, wished=1.0)
    register_model("one", policy["model"].path, metrics={})
    client.post("/api/v1/models/one/decide", json={"texts": ["今天天气很好，测试词"], "queue": True})
    assert client.get("/api/v1/reviews").json()[0]["several"] is False
    (item,) = client.get("/api/v1/reviews/one").json()
    for labels in ([], ["广告", "正常"]):
        answer = _judge(client, item, labels=labels)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "review.one_class")
    assert client.get("/api/v1/reviews").json()[0]["judged"] == 0
    judged = _judge(client, item, labels=["正常"]).json()
    assert (judged["label"], judged["labels"]) == ("正常", None)


@pytest.mark.parametrize(("model", "harmless"), [("several", []), ("named", ["正常"])])
def test_judgements_become_rows_as_the_model_learns_them(
    client: TestClient, models: None, model: str, harmless: list[str]
) -> None:
    waiting = _queued(client, model)
    _judge(client, waiting[ASKED[0]], labels=["广告", "诈骗"])
    _judge(client, waiting[ASKED[1]], labels=[])
    own = client.post(f"/api/v1/reviews/{model}/dataset", json={}).json()
    assert (own["name"], own["rows"], own["roles"]["labels"]) == (f"{model}-reviews", 2, "labels")
    rows = client.get(f"/api/v1/datasets/{own['name']}/preview").json()["rows"]
    assert rows == [[ASKED[0], ["广告", "诈骗"]], [ASKED[1], harmless]]

    lines = [{"text": f"第{number}条", "labels": ["广告"] if number % 2 else []} for number in range(20)]
    content = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    client.post("/api/v1/datasets", files={"file": ("底稿.jsonl", content.encode())})
    added = client.post(f"/api/v1/reviews/{model}/dataset", json={"dataset": "底稿"}).json()
    assert (added["version"], added["rows"], added["roles"]) == (2, 22, {"text": "text", "labels": "labels"})
    rows = client.get("/api/v1/datasets/底稿/preview?offset=19").json()["rows"]
    assert rows == [["第19条", ["广告"]], [ASKED[0], ["广告", "诈骗"]], [ASKED[1], harmless]]


def test_only_harmless_texts_make_a_dataset_too(client: TestClient, models: None) -> None:
    _judge(client, _queued(client)[ASKED[1]], labels=[])
    own = client.post("/api/v1/reviews/several/dataset", json={}).json()
    assert (own["rows"], own["roles"]["labels"]) == (1, "labels")
    assert client.get("/api/v1/datasets/several-reviews/preview").json()["rows"] == [[ASKED[1], []]]


def test_lists_of_labels_join_a_column_of_texts(client: TestClient, models: None) -> None:
    waiting = _queued(client)
    _judge(client, waiting[ASKED[0]], labels=["广告", "诈骗"])
    _judge(client, waiting[ASKED[1]], labels=[])
    lines = "".join(f"第{number}条消息,{'广告;诈骗' if number % 2 else '辱骂'}\n" for number in range(20))
    client.post("/api/v1/datasets", files={"file": ("表格.csv", f"text,labels\n{lines}".encode())})
    added = client.post("/api/v1/reviews/several/dataset", json={"dataset": "表格"}).json()
    assert (added["version"], added["rows"]) == (2, 22)
    rows = client.get("/api/v1/datasets/表格/preview?offset=20").json()["rows"]
    assert rows == [[ASKED[0], '["广告", "诈骗"]'], [ASKED[1], "[]"]]


def test_a_dataset_without_lists_of_labels_is_refused(client: TestClient, models: None, dataset: str) -> None:
    _judge(client, _queued(client)[ASKED[0]], labels=["广告"])
    answer = client.post("/api/v1/reviews/several/dataset", json={"dataset": dataset.removeprefix("dataset:")})
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "data.missing_role")


def test_a_file_is_answered_with_all_classes(client: TestClient, models: None, tmp_path: Path) -> None:
    source = tmp_path / "texts.csv"
    source.write_text("内容\n" + "\n".join([BOTH, "明天一起吃饭吧"]), "utf-8")
    for ending in ("csv", "jsonl"):
        output = tmp_path / f"answers.{ending}"
        with parsed(source, source.name) as table:
            assert predict_table(LOCAL, "several", table, output, Wish(column="内容", on_ray=False)) == 2
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig", newline="") as file:
        first, second = csv.DictReader(file)
    assert (set(first["predicted"].split("; ")), first["decision"]) == ({"广告", "诈骗"}, "review")
    assert (second["predicted"], second["decision"]) == ("正常", "pass")
    best = json.loads((tmp_path / "answers.jsonl").read_text("utf-8").splitlines()[0])
    assert best["predicted"] == first["predicted"]


def test_behavioural_tests_are_for_texts_of_one_class(client: TestClient, models: None) -> None:
    answer = client.post(f"{MODEL}/behaviour", json={})
    assert answer.json()["error"]["code"] == "thresholds.not_a_classifier"
    assert answer.json()["error"]["fix"]["zh"] and answer.json()["error"]["fix"]["en"]
