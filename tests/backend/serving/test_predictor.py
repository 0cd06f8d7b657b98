"""A model answering requests."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from component_context import ComponentContext
from tiny_models import tiny_encoder, two_class_rows, two_class_table

from inkstone.backend.serving.loaded import get_predictor
from inkstone.backend.serving.predictor import Predictor
from inkstone.components.errors import InkstoneError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = ComponentContext(tmp_path / "m").run(
        "train.text_classification",
        {"train": two_class_table(tmp_path / "t")},
        encoder=str(tiny_encoder(tmp_path / "encoder")),
        epochs=1.0,
    )
    path: Path = out["model"].path
    return path


def test_classes_come_ranked_with_probabilities(folder: Path) -> None:
    (row,) = Predictor(folder).predict(["加微信领红包"])
    assert {item["label"] for item in row} == {"广告", "正常"}
    assert row[0]["score"] >= row[1]["score"]
    assert sum(item["score"] for item in row) == pytest.approx(1)
    assert Predictor(folder).predict([]) == []


def test_many_threads_get_the_answers_of_one(folder: Path) -> None:
    predictor = Predictor(folder)
    texts = two_class_rows(24)[0]
    alone = [predictor.predict([text])[0][0]["score"] for text in texts]
    with ThreadPoolExecutor(8) as pool:
        together = [row[0]["score"] for row in pool.map(lambda text: predictor.predict([text])[0], texts)]
    assert together == pytest.approx(alone, abs=1e-6)


def test_a_model_is_loaded_once(folder: Path) -> None:
    assert get_predictor(folder) is get_predictor(folder)


def test_a_changed_model_is_not_served(folder: Path) -> None:
    (folder / "labels.json").write_text('["x", "y"]')
    with pytest.raises(InkstoneError) as caught:
        get_predictor(folder)
    assert caught.value.code == "model.tampered"
