"""What a user meets when training: errors with advice, warnings, pairs, recipes."""

import json
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext, make_table
from tiny_models import pair_table, tiny_encoder, two_class_rows, two_class_table

from inkstone.components.artifacts import Table
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.inference import load_model

TRAINERS = ["train.text_classification", "train.ngram_baseline"]


def table_of(folder: Path, texts: list[Any], labels: list[Any], settled: list[str] | None = None) -> Table:
    return make_table(folder, {"text": texts, "label": labels}, {"text": "text", "label": "label"}, settled)


def log_of(context: ComponentContext) -> str:
    lines = [line for file in (context.root / "run" / "spool").glob("*") for line in file.read_text().splitlines()]
    return "\n".join(json.loads(line)["message"]["en"] for line in lines if json.loads(line)["kind"] == "log")


@pytest.mark.parametrize("component", TRAINERS)
def test_one_class_only_is_refused_with_its_name(tmp_path: Path, component: str) -> None:
    table = table_of(tmp_path / "t", ["好", "天气"], ["正常", "正常"])
    with pytest.raises(InkstoneError, match="正常") as caught:
        ComponentContext(tmp_path / "node").run(component, {"train": table})
    assert caught.value.code == "train.one_class"


@pytest.mark.parametrize("component", TRAINERS)
def test_no_labelled_rows_and_no_label_column_are_told_apart(tmp_path: Path, component: str) -> None:
    with pytest.raises(InkstoneError) as empty:
        ComponentContext(tmp_path / "a").run(component, {"train": table_of(tmp_path / "t", ["好"], [None])})
    assert empty.value.code == "train.no_rows"
    unmapped = make_table(tmp_path / "u", {"text": ["好"], "label": ["a"]}, {"text": "text"})
    with pytest.raises(InkstoneError) as missing:
        ComponentContext(tmp_path / "b").run(component, {"train": unmapped})
    assert missing.value.code == "data.missing_role"


def test_thousands_of_classes_are_refused(tmp_path: Path) -> None:
    names = [str(number) for number in range(6_000)]
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "node").run(
            "train.ngram_baseline", {"train": table_of(tmp_path / "t", names, names)}
        )
    assert caught.value.code == "train.too_many_classes"


def test_rows_without_label_and_rare_classes_are_said_so(tmp_path: Path) -> None:
    texts, labels = two_class_rows(24)
    context = ComponentContext(tmp_path / "node")
    table = table_of(tmp_path / "t", [*texts, "没有标签", "罕见"], [*labels, None, "稀有"])
    out = context.run("train.ngram_baseline", {"train": table})
    assert "1 rows have no label" in log_of(context)
    assert "稀有" in log_of(context)
    assert load_model(out["model"].path).labels == sorted({*labels, "稀有"})


def test_the_order_of_classes_is_the_one_that_the_table_settled(tmp_path: Path) -> None:
    texts, labels = two_class_rows(24)
    table = table_of(tmp_path / "t", texts, labels, ["正常", "广告", "没有行"])
    out = ComponentContext(tmp_path / "node").run("train.ngram_baseline", {"train": table})
    assert load_model(out["model"].path).labels == ["正常", "广告"]


def test_a_class_of_the_dev_rows_that_training_never_saw_counts_as_an_error(tmp_path: Path) -> None:
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    train = two_class_table(tmp_path / "t")
    texts, labels = two_class_rows(12)
    dev = table_of(tmp_path / "d", [*texts, "新的"], [*labels, "新类别"])
    for component, params in zip(TRAINERS, ({"encoder": encoder, "epochs": 1.0}, {}), strict=True):
        out = ComponentContext(tmp_path / component).run(component, {"train": train, "dev": dev}, **params)
        assert 0 < out["metrics"].read()["values"]["accuracy"] <= 12 / 13


def test_scratch_learns_from_nothing_but_the_rows(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t", 96)
    out = ComponentContext(tmp_path / "node").run("train.text_classification", {"train": table, "dev": table})
    metrics = out["metrics"].read()
    assert metrics["values"]["macro_f1"] > 0.9
    assert {item["name"] for item in metrics["history"]} >= {"train/loss", "train/learning_rate", "dev/macro_f1"}
    model = load_model(out["model"].path)
    assert model.card.component == "train.text_classification@1"
    assert model.card.digest == metrics["model"]
    assert model.card.encoder == "scratch"


def test_pairs_of_texts_are_learned(tmp_path: Path) -> None:
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    table = pair_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "node").run(
        "train.text_classification", {"train": table, "dev": table}, encoder=encoder, epochs=1.0
    )
    assert load_model(out["model"].path).pairs


def test_the_maximum_length_never_exceeds_what_the_encoder_reads(tmp_path: Path) -> None:
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    table = two_class_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "node").run(
        "train.text_classification", {"train": table}, encoder=encoder, epochs=1.0, max_length=4096
    )
    assert load_model(out["model"].path).card.max_length == 64


def test_balanced_weights_reach_the_model(tmp_path: Path) -> None:
    encoder = str(tiny_encoder(tmp_path / "encoder"))
    texts, labels = two_class_rows(24)
    table = table_of(tmp_path / "t", texts + texts[:12:2], labels + labels[:12:2])
    out = ComponentContext(tmp_path / "node").run(
        "train.text_classification", {"train": table}, encoder=encoder, epochs=1.0, class_weights="balanced"
    )
    weights = load_model(out["model"].path).card.settings["weights"]
    assert weights == pytest.approx([30 / (2 * 18), 30 / (2 * 12)])


@pytest.mark.parametrize("component", TRAINERS)
def test_prediction_cleans_texts_as_the_training_texts_were(tmp_path: Path, component: str) -> None:
    texts, labels = two_class_rows(24)
    raw = table_of(tmp_path / "t", [f"  {text}\u200b<br>" for text in texts], labels)
    table = ComponentContext(tmp_path / "clean").run("data.clean", {"table": raw})["table"]
    params = {"epochs": 1} if component == "train.text_classification" else {}
    model = load_model(ComponentContext(tmp_path / "node").run(component, {"train": table}, **params)["model"].path)
    assert model.predict([f"<p>{texts[0]}&nbsp;</p>\u200b"]) == model.predict([texts[0]])
