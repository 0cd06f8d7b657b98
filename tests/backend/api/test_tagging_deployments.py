"""Tagging models behind a name: the same answers as by the model's own name, one model in memory, counted, changed, refused."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

from component_context import ComponentContext
from entity_parts import entity_table
from label_parts import label_table
from tiny_models import two_class_table

from inkstone.backend.service import deployments, models, tagging
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.serving.engine import Limits
from inkstone.backend.serving.live import LIVE
from inkstone.backend.serving.loaded import MODELS
from inkstone.backend.serving.tagging import TaggingPredictor, said
from inkstone.backend.serving.usage import USAGE
from inkstone.backend.store.registry import register_model
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.model_io import read_card
from inkstone.components.nlp.tagging.answers import TagAnswer
from inkstone.components.nlp.tagging.composed import compose
from inkstone.components.nlp.tagging.entity_baseline import Dictionary, save_baseline
from inkstone.components.nlp.tagging.keyword_models import KeywordSettings, save_extractor
from inkstone.components.nlp.tagging.loading import Tagger, load_tagger

TEXT = "王小明昨天去了北京。"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give the folders of a small composed model of rules and of a classifier."""
    at = tmp_path_factory.mktemp("models")
    save_baseline(Dictionary({"王小明": "人名", "北京": "地名"}), ["人名", "地名"], at / "entities")
    save_extractor(at / "keywords", KeywordSettings(method="textrank", count=2))
    category = ComponentContext(at / "c").run("train.ngram_baseline", {"train": two_class_table(at / "t")})
    parts = {name: at / name for name in ("entities", "keywords")}
    compose(parts, at / "first", {"component": "tag.compose@1"})
    compose(parts | {"category": category["model"].path}, at / "second", {"component": "tag.compose@1"})
    return {name: at / name for name in ("first", "second")} | {"category": category["model"].path}


@pytest.fixture
def versions(home: Path, folders: dict[str, Path]) -> Iterator[list[str]]:
    yield [register_model("标签", folders[name], metrics={}) for name in ("first", "second")]
    LIVE.close()


def plain(answers: list[TagAnswer]) -> list[dict[str, Any]]:
    return [item.model_dump(mode="json") for item in answers]


def test_a_deployed_tagger_answers_as_by_its_own_name_and_is_in_memory_once(versions: list[str]) -> None:
    alone = MODELS.get(models.folder(LOCAL, versions[0]))
    texts = [TEXT, "", "🙂", "半个字符\ud83d王小明"]
    before = plain(tagging.tag(LOCAL, versions[0], texts))
    assert before[3]["entities"][0]["text"] == "王小明"
    view = deployments.create(LOCAL, versions[0])
    assert view.tags
    answer = deployments.tag(LOCAL, "标签", texts)
    assert answer.model == versions[0]
    assert plain(answer.results) == before == plain(tagging.tag(LOCAL, versions[0], texts))
    shared = MODELS.get(models.folder(LOCAL, versions[0]))
    assert shared is not alone  # the deployed one took its place, for pages too
    LIVE.close()
    assert plain(tagging.tag(LOCAL, versions[0], [TEXT])) == before[:1]  # loaded again
    assert MODELS.get(models.folder(LOCAL, versions[0])) is not shared


def test_rest_gives_the_answers_counts_them_and_changes_the_version(
    client: TestClient, versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inkstone.backend.serving.usage._SAMPLE_SHARE", 1.0)
    first, second = versions
    assert client.post("/api/v1/deployments", json={"model": first}).status_code == 201
    asked = client.post("/api/v1/deployments/标签/tag", json={"texts": [TEXT, "明天"]})
    assert asked.status_code == 200
    assert asked.json()["model"] == first
    assert set(asked.json()["results"][0]) == {"category", "labels", "keywords", "entities"}
    other = client.post("/api/v1/deployments/标签/predict", json={"texts": [TEXT]})
    assert (other.status_code, other.json()["error"]["code"]) == (422, "model.other_answer")
    assert client.post("/api/v1/deployments/标签/tag", json={"texts": []}).status_code == 422
    assert client.post("/api/v1/deployments/没有/tag", json={"texts": ["x"]}).status_code == 404

    USAGE.write()
    (minute, *_) = client.get("/api/v1/deployments/标签/usage").json()
    assert minute["labels"] == {"人名": 1, "地名": 1}  # nothing was found in the second text
    assert {item["label"] for item in client.get("/api/v1/deployments/标签/samples").json()} <= {"人名, 地名", ""}

    client.patch("/api/v1/deployments/标签", json={"model": second})
    for _ in range(3000):
        answer = client.post("/api/v1/deployments/标签/tag", json={"texts": ["加微信领红包"]}).json()
        if answer["model"] == second:
            break
        threading.Event().wait(0.02)
    assert answer["results"][0]["category"][0]["pred"] == "广告"


def test_a_deployed_classifier_gives_its_category(home: Path, folders: dict[str, Path]) -> None:
    deployments.create(LOCAL, register_model("消息", folders["category"], metrics={}))
    (found,) = deployments.tag(LOCAL, "消息", ["加微信领红包"]).results
    assert found.category is not None and found.category[0].pred == "广告"
    assert found.entities is found.keywords is found.labels is None
    LIVE.close()


def test_a_very_long_text_is_read_to_300_000_characters(versions: list[str]) -> None:
    deployments.create(LOCAL, versions[0])
    (found,) = deployments.tag(LOCAL, "标签", ["王小明" + "x" * 299_995 + "北京王小明"]).results
    assert [(item.text, item.end) for item in found.entities or []] == [("王小明", 3), ("北京", 300_000)]
    assert all(len(item.word) <= 60 for item in found.keywords or [])


class Held(Tagger):
    """Waits until it is let go."""

    def __init__(self) -> None:
        self.labels, self.task = [], "universal_tagging"
        self.begun, self.open = threading.Event(), threading.Event()

    def answers(self, texts: Any, batch_size: int = 32) -> list[TagAnswer]:
        if any(texts):
            self.begun.set()
            self.open.wait(60)
        return [TagAnswer(labels=[]) for _ in texts]


def test_a_full_line_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    held = Held()
    monkeypatch.setattr("inkstone.backend.serving.tagging.load_tagger", lambda folder, threads: held)
    predictor = TaggingPredictor(tmp_path, Limits(workers=1, queue_rows=2))
    callers = [threading.Thread(target=predictor.answers, args=(texts,)) for texts in (["a"], ["b", "c"])]
    callers[0].start()
    assert held.begun.wait(60)
    callers[1].start()
    while predictor.engine.waiting < 2:
        held.open.wait(0.01)
    with pytest.raises(InkstoneError) as caught:
        predictor.answers(["d"], patient=False)
    assert (caught.value.code, caught.value.status) == ("serving.busy", 429)
    held.open.set()
    for caller in callers:
        caller.join()
    predictor.close()


def test_networks_are_deployed_as_graphs_that_say_the_same(home: Path, tmp_path: Path) -> None:
    tables = {"labels": label_table(tmp_path / "l"), "entities": entity_table(tmp_path / "e")}
    kinds = {"labels": "train.multilabel_classification", "entities": "train.sequence_labelling"}
    made = {
        name: ComponentContext(tmp_path / name)
        .run(kinds[name], {"train": table, "dev": table}, epochs=12.0)["model"]
        .path
        for name, table in tables.items()
    }
    compose(made, tmp_path / "all", {"component": "tag.compose@1"})
    reference = register_model("网络", tmp_path / "all", metrics={})
    before = load_tagger(tmp_path / "all").answers([TEXT, "", "股票和下雨"])
    deployments.create(LOCAL, reference)
    answers = deployments.tag(LOCAL, "网络", [TEXT, "", "股票和下雨"]).results
    held = MODELS.get(models.folder(LOCAL, reference))
    assert isinstance(held, TaggingPredictor)
    assert held.model.parallel  # graphs: one core a batch, several at once
    for one, other in zip(before, answers, strict=True):
        assert [item.pred for item in one.labels or []] == [item.pred for item in other.labels or []]
        assert [(e.start, e.end, e.label) for e in one.entities or []] == [
            (e.start, e.end, e.label) for e in other.entities or []
        ]
    LIVE.close()


def test_what_an_answer_counts_as() -> None:
    answer = TagAnswer.model_validate(
        {
            "labels": [{"pred": "a", "prob": 0.9}, {"pred": "b", "prob": 0.8}],
            "entities": [
                {"text": "x", "label": "人名", "start": 0, "end": 1, "prob": 0.5},
                {"text": "y", "label": "人名", "start": 1, "end": 2, "prob": 0.7},
            ],
        }
    )
    assert said(answer) == [("a", 0.9), ("b", 0.8)]
    assert said(answer.model_copy(update={"labels": None})) == [("人名", 0.7)]
    assert said(TagAnswer(keywords=[])) == []


def test_a_composed_model_tells_what_its_category_learned_from_so_drift_can_be_seen(folders: dict[str, Path]) -> None:
    profile = read_card(folders["second"]).profile
    assert profile["labels"] == {"广告": 24, "正常": 24}
    assert read_card(folders["first"]).profile == {}
