"""Several labels a text through the components."""

import zipfile
from pathlib import Path

import pytest
from component_context import ComponentContext
from label_parts import label_rows, label_table

from inkstone.components.artifacts import Table
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.tagging.label_models import OnnxLabels, TorchLabels
from inkstone.components.nlp.tagging.label_rows import read_label_rows
from inkstone.components.nlp.tagging.loading import load_tagger

STRANGE = ["", "🙂🎉", "mixed 中文 и русский", "股票" * 3000]


@pytest.mark.parametrize("loss", ["bce", "asymmetric"])
def test_a_network_learns_labels_with_their_parents(tmp_path: Path, loss: str) -> None:
    table = label_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "m").run(
        "train.multilabel_classification", {"train": table, "dev": table}, epochs=15.0, loss=loss, separator="/"
    )
    assert out["metrics"].read()["values"]["micro_f1"] > 0.9
    tagger = load_tagger(out["model"].path)
    assert tagger.labels == ["体育", "体育/篮球", "体育/足球", "天气", "财经"]
    for answer in tagger.answers([*label_rows(16)[0], *STRANGE]):
        given = {item.pred for item in answer.labels or []}
        assert "体育" in given or not {"体育/足球", "体育/篮球"} & given
        assert [item.prob for item in answer.labels or []] == sorted(
            (i.prob for i in answer.labels or []), reverse=True
        )


def test_disguised_copies_are_trained_on_against_moved_embeddings(tmp_path: Path) -> None:
    table = label_table(tmp_path / "t")
    context = ComponentContext(tmp_path / "m")
    options = {"epochs": 8.0, "separator": "/", "adversarial": 0.5, "disguised_copies": 1.0}
    out = context.run("train.multilabel_classification", {"train": table, "dev": table}, **options)
    assert out["metrics"].read()["values"]["micro_f1"] > 0.9
    copies = read_label_rows(Table(context.scratch() / "disguised"), "/")
    given = read_label_rows(table, "/")
    assert len(copies.texts) == 2 * len(given.texts)
    assert copies.texts[: len(given.texts)] == given.texts
    assert copies.labels == given.labels * 2
    assert (
        sum(a != b for a, b in zip(copies.texts[len(given.texts) :], given.texts, strict=True)) > len(given.texts) / 2
    )


def test_an_export_gives_the_labels_of_the_original(tmp_path: Path) -> None:
    table = label_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "m").run(
        "train.multilabel_classification", {"train": table, "dev": table}, epochs=3.0, separator="/"
    )
    file = ComponentContext(tmp_path / "x").run(
        "deliver.export", {"model": out["model"], "table": table}, format="onnx"
    )
    with zipfile.ZipFile(file["file"].path / "model-onnx.zip") as archive:
        archive.extractall(tmp_path / "onnx")
    exported, original = load_tagger(tmp_path / "onnx", threads=1), load_tagger(out["model"].path)
    assert isinstance(exported, OnnxLabels) and isinstance(original, TorchLabels)
    assert exported.parallel and not original.parallel
    texts = [*label_rows(16)[0], *STRANGE]
    assert exported.scores(texts, batch_size=3) == pytest.approx(original.scores(texts), abs=1e-3)
    assert model_io.read_card(tmp_path / "onnx").model_extra["onnx"]["label_agreement"] == 1.0  # type: ignore[index]


def test_the_baseline_and_the_evaluation(tmp_path: Path) -> None:
    table = label_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "m").run("train.multilabel_baseline", {"train": table, "dev": table})
    test = label_table(
        tmp_path / "test", ["进球和下雨", "股票", "没有听过的事"], [["体育/足球", "天气"], ["财经"], ["新标签"]]
    )
    found = ComponentContext(tmp_path / "e").run("evaluate.multilabel", {"model": out["model"], "table": test})
    document = found["metrics"].read()
    assert document["unknown_labels"] == ["新标签"]
    assert document["values"]["p_at_1"] == pytest.approx(2 / 3)
    made = ComponentContext(tmp_path / "p").run("predict.batch", {"model": out["model"], "table": test})
    assert made["table"].dataset()[1]["predicted_labels"] == ["财经"]
    load_tagger(out["model"].path).answers(STRANGE)


@pytest.mark.parametrize("component", ["train.multilabel_classification", "train.multilabel_baseline"])
def test_rows_without_labels_are_refused(tmp_path: Path, component: str) -> None:
    table = label_table(tmp_path / "t", ["好", "坏"], [[], []])
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "m").run(component, {"train": table})
    assert caught.value.code == "tags.none"
