"""Tags by REST and from the command line, with the stable schema of the answer."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from inkstone.backend.cli.entry import run_command
from inkstone.backend.store.registry import register_model
from inkstone.components.nlp.tagging.composed import compose
from inkstone.components.nlp.tagging.entity_baseline import Dictionary, save_baseline
from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, save_extractor


@pytest.fixture
def model(home: Path, tmp_path: Path) -> str:
    """Give the reference of a model of keywords and entities."""
    save_baseline(Dictionary({"王小明": "人名", "北京": "地名"}), ["人名", "地名"], tmp_path / "entities")
    save_extractor(tmp_path / "keywords", KeywordSettings(method="textrank", count=2))
    parts = {name: tmp_path / name for name in ("entities", "keywords")}
    compose(parts, tmp_path / "all", {"component": "tag.compose@1"})
    return register_model("标签", tmp_path / "all", metrics={"entities/micro_f1": 0.9})


def test_the_answer_has_its_schema(client: TestClient, model: str) -> None:
    texts = ["王小明在北京参加发布会", "", "🙂"]
    answer = client.post(f"/api/v1/models/{model}/tag", json={"texts": texts})
    assert answer.status_code == 200
    first, empty, emoji = answer.json()
    assert set(first) == {"category", "labels", "keywords", "entities"}
    assert first["category"] is None and first["labels"] is None
    assert first["entities"][0] == {"text": "王小明", "label": "人名", "start": 0, "end": 3, "prob": 1.0}
    assert all(texts[0][a:b] == item["word"] for item in first["keywords"] for a, b in item["spans"])
    assert empty == emoji == {"category": None, "labels": None, "keywords": [], "entities": []}


def test_a_tagger_does_not_answer_as_a_classifier_and_no_text_is_refused(client: TestClient, model: str) -> None:
    other = client.post(f"/api/v1/models/{model}/predict", json={"texts": ["好"]})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "model.other_answer")
    assert client.post(f"/api/v1/models/{model}/tag", json={"texts": []}).status_code == 422
    assert client.post("/api/v1/models/nix/tag", json={"texts": ["x"]}).status_code == 404


def test_the_command_line_tags_texts_and_files(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["tag", model, "--text", "王小明在北京", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert [item["text"] for item in found["entities"]] == ["王小明", "北京"]
    assert run_command(["tag", model, "--text", "王小明在北京", "--lang", "en"]) == 0
    assert "王小明[人名 0–3]" in capsys.readouterr().out
    file = tmp_path / "texts.txt"
    file.write_text("北京\n\n上海\n", "utf-8")
    assert run_command(["tag", model, "--input", str(file)]) == 0
    assert [item["text"] for item in json.loads(capsys.readouterr().out)] == ["北京", "上海"]
    table = tmp_path / "texts.csv"
    table.write_text("编号,标题,内容\n1,北京,王小明昨天去了上海\n2,上海,王小明昨天去了北京\n", "utf-8")
    assert run_command(["tag", model, "--input", str(table), "--column", "标题"]) == 0
    assert [item["text"] for item in json.loads(capsys.readouterr().out)] == ["北京", "上海"]
    assert run_command(["tag", model, "--input", str(table), "--column", "没有"]) == 2
    assert run_command(["tag", model, "--input", str(tmp_path / "none.csv")]) == 4
    assert run_command(["tag", model]) == 2
