"""Risk control over REST: word lists, decisions, reviews."""

from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from starlette.testclient import TestClient
from tiny_models import two_class_table

from inkstone.backend.service import lexicons, reviews
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.store.registry import register_model
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.lexicon.entries import Entry, write_lexicon

MODEL = "/api/v1/models/risk"


@pytest.fixture(scope="session")
def risk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny risk-control model."""
    root = tmp_path_factory.mktemp("risk")
    table = two_class_table(root / "rows", 96)
    made = ComponentContext(root / "train").run(
        "train.combined_classification", {"train": table}, use_encoder=False, folds=3
    )
    lexicon = write_lexicon(root / "lexicon", [Entry("测试词", "广告", "review")])
    inputs = {"model": made["model"], "scored": made["scored"], "lexicon": lexicon}
    folder: Path = ComponentContext(root / "policy").run("text.decision_policy", inputs)["model"].path
    return folder


@pytest.fixture
def risk_model(client: TestClient, risk_folder: Path) -> str:
    """Register the model."""
    return register_model("risk", risk_folder, metrics={"macro_f1": 1.0})


def _import(client: TestClient, content: str, query: str = "name=words") -> Any:
    return client.post(f"/api/v1/lexicons?{query}", content=content.encode(), headers={"content-type": "text/plain"})


def test_word_lists_have_versions_words_and_exports(client: TestClient) -> None:
    answer = _import(client, "微信\n贷款\n", "name=words&category=诈骗")
    assert answer.status_code == 201
    assert (answer.json()["reference"], answer.json()["words"]) == ("lexicon:words@1", 2)
    assert _import(client, "微信\n贷款\n", "name=words&category=诈骗").json()["version"] == 1
    changes = {"put": [{"word": "=1+1", "category": "x", "severity": "allow"}], "remove": ["微信"]}
    assert client.post("/api/v1/lexicons/words/words", json=changes).json()["version"] == 2
    page = client.get("/api/v1/lexicons/words/words").json()
    assert [item["word"] for item in page["words"]] == ["贷款", "=1+1"]
    exported = client.get("/api/v1/lexicons/words/export").text
    assert exported.splitlines() == ["word,category,severity", "贷款,诈骗,block", "'=1+1,x,allow"]
    again = _import(client, exported, "name=again").json()
    assert (
        client.get(f"/api/v1/lexicons/again@{again['version']}/words?query=1%2B1").json()["words"][0]["word"] == "=1+1"
    )
    assert client.get("/api/v1/lexicons/words@1/export?format=txt").text == "微信\n贷款\n"
    assert len(client.get("/api/v1/lexicons").json()) == 2
    assert len(client.get("/api/v1/lexicons/words/versions").json()) == 2
    assert client.delete("/api/v1/lexicons/again").status_code == 204
    assert client.get("/api/v1/lexicons/again").json()["error"]["code"] == "lexicon.unknown"


def test_words_are_added_to_those_that_are_there(client: TestClient) -> None:
    _import(client, "一号\n")
    assert _import(client, "二号\n", "name=words&add=true").json()["words"] == 2
    form = client.post("/api/v1/lexicons?name=words", files={"file": ("x.txt", "三号".encode())})
    assert form.json()["words"] == 1


@pytest.mark.parametrize("content", ["", "word,severity\nx,kill\n", "长" * 500])
def test_bad_word_lists_are_refused(client: TestClient, content: str) -> None:
    answer = _import(client, content)
    assert answer.status_code == 422
    assert answer.json()["error"]["fix"]["zh"]


def test_decisions_are_told_with_reasons_and_reviews_become_a_dataset(
    client: TestClient, risk_model: str, dataset: str
) -> None:
    texts = ["加微信领红包", "今天天气很好", "今天天气很好，这是测试词"]
    answers = client.post(f"{MODEL}/decide", json={"texts": texts, "queue": True}).json()
    assert [item["decision"] for item in answers] == ["block", "pass", "review"]
    assert answers[0]["model"] == "risk@1"
    assert [item["word"] for item in answers[2]["reasons"] if item["kind"] == "word"] == ["测试词"]
    client.post(f"{MODEL}/decide", json={"texts": texts, "queue": True})
    assert client.get("/api/v1/lexicons/hits").json()[0]["hits"] == 2

    (queue,) = client.get("/api/v1/reviews").json()
    assert (queue["model"], queue["waiting"], queue["judged"]) == ("risk", 1, 0)
    (item,) = client.get("/api/v1/reviews/risk").json()
    assert item["text"] == texts[2]
    nothing = client.post("/api/v1/reviews/risk/dataset", json={})
    assert nothing.json()["error"]["code"] == "review.nothing_judged"
    wrong = client.put(f"/api/v1/reviews/{item['id']}/label", json={"label": "没有的"})
    assert wrong.json()["error"]["code"] == "review.unknown_label"
    judged = client.put(f"/api/v1/reviews/{item['id']}/label", json={"label": "正常"}).json()
    assert (judged["label"], judged["judged_by"]) == ("正常", "local")
    own = client.post("/api/v1/reviews/risk/dataset", json={}).json()
    assert (own["name"], own["rows"]) == ("risk-reviews", 1)
    added = client.post("/api/v1/reviews/risk/dataset", json={"dataset": dataset.removeprefix("dataset:")}).json()
    assert (added["version"], added["rows"]) == (2, 61)
    last = client.get(f"/api/v1/datasets/{added['name']}/preview?offset=60").json()
    assert last["rows"][0] == [texts[2], "正常"]
    client.delete(f"/api/v1/reviews/{item['id']}/label")
    assert client.get("/api/v1/reviews").json()[0]["waiting"] == 1


@pytest.mark.parametrize("texts", [[""], ["😀😀"], ["x" * 400_000], ["\u200b", "中文 mixed हिन्दी"]])
def test_odd_texts_are_decided(client: TestClient, risk_model: str, texts: list[str]) -> None:
    answers = client.post(f"{MODEL}/decide", json={"texts": texts})
    assert answers.status_code == 200
    assert len(answers.json()) == len(texts)


def test_what_cannot_be_decided_is_told(client: TestClient, risk_model: str) -> None:
    assert client.post(f"{MODEL}/decide", json={"texts": []}).status_code == 422
    assert client.post("/api/v1/models/none/decide", json={"texts": ["x"]}).status_code == 404
    assert client.put("/api/v1/reviews/none/label", json={"label": "x"}).status_code == 404


def test_viewers_change_neither_words_nor_labels(client: TestClient) -> None:
    viewer = Actor("v", "viewer", "viewer")
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        lexicons.import_file(viewer, "贷款".encode(), "x.txt")
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        reviews.judge(viewer, "x", None)
    lexicons.import_file(LOCAL, "贷款".encode(), "mine.txt")
    member = Actor("m", "member", "member")
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        lexicons.trash(member, "mine")
