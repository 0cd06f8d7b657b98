"""Entity recognition through the components: train, evaluate, predict, export; bad input."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext
from entity_parts import entity_rows, entity_table, marked
from tiny_models import tiny_encoder

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.tagging.entity_models import OnnxRecogniser
from inkstone.components.nlp.tagging.loading import load_tagger

STRANGE = ["", "   ", "🙂🎉", "王小明 visited 東京 и Москва in 2024", "\u200b\u0000\ufeff", "(._.)"]


def trained(root: Path, table: Any, **params: Any) -> dict[str, Any]:
    given = {"encoder": "scratch", "epochs": 12.0, "batch_size": 8, "learning_rate": 3e-3} | params
    return ComponentContext(root).run("train.sequence_labelling", {"train": table, "dev": table}, **given)


@pytest.mark.parametrize(
    ("head", "scheme"), [("crf", "bio"), ("softmax", "bioes"), ("span", "bio")], ids=["crf", "softmax", "span"]
)
def test_every_head_learns(tmp_path: Path, head: str, scheme: str) -> None:
    table = entity_table(tmp_path / "t")
    out = trained(tmp_path / "m", table, head=head, scheme=scheme)
    assert out["metrics"].read()["values"]["micro_f1"] > 0.8
    figures = ComponentContext(tmp_path / "e").run(
        "evaluate.sequence_labelling", {"model": out["model"], "table": table}
    )
    values = figures["metrics"].read()["values"]
    assert values["micro_f1"] == pytest.approx(out["metrics"].read()["values"]["micro_f1"])
    assert values.get("seqeval_f1", values["micro_f1"]) == pytest.approx(values["micro_f1"])
    for text, answer in zip(STRANGE, load_tagger(out["model"].path).answers(STRANGE), strict=True):
        assert all(text[e.start : e.end] == e.text and e.text.strip() == e.text for e in answer.entities or [])


@pytest.mark.parametrize("head", ["crf", "span"])
def test_an_export_finds_what_the_original_finds(tmp_path: Path, head: str) -> None:
    table = entity_table(tmp_path / "t")
    out = trained(tmp_path / "m", table, head=head)
    file = ComponentContext(tmp_path / "x").run(
        "deliver.export", {"model": out["model"], "table": table}, format="onnx"
    )
    with zipfile.ZipFile(file["file"].path / "model-onnx.zip") as archive:
        archive.extractall(tmp_path / "onnx")
    exported, original = load_tagger(tmp_path / "onnx"), load_tagger(out["model"].path)
    assert isinstance(exported, OnnxRecogniser)
    texts = [*entity_rows(8)[0], "", "王小明昨天去了北京。" * 40]
    before, after = original.answers(texts), exported.answers(texts, batch_size=3)
    for first, second in zip(before, after, strict=True):
        assert [(e.start, e.end, e.label) for e in first.entities or []] == [
            (e.start, e.end, e.label) for e in second.entities or []
        ]
    exported.answers(STRANGE)


def test_a_text_of_300_000_characters_is_read_to_its_end(tmp_path: Path) -> None:
    out = ComponentContext(tmp_path / "m").run(
        "train.entity_baseline", {"train": entity_table(tmp_path / "t")}, method="dictionary"
    )
    text = "今" * 299_997 + "王小明"
    (answer,) = load_tagger(out["model"].path).answers([text])
    assert [(item.text, item.end) for item in answer.entities or []] == [("王小明", 300_000)]


def test_entities_beyond_the_first_window_are_found(tmp_path: Path) -> None:
    out = trained(tmp_path / "m", entity_table(tmp_path / "t"), max_length=24, overlap=8)
    text = "今天没有什么事情。" * 40 + "王小明昨天去了北京。"
    (answer,) = load_tagger(out["model"].path).answers([text])
    assert ("北京", text.rindex("北京")) in [(item.text, item.start) for item in answer.entities or []]


def test_nested_entities_are_learned_by_the_span_head_alone(tmp_path: Path) -> None:
    rows = [marked("北京大学今天放假", ("北京大学", "机构"), ("北京", "地名")), marked("今天放假", *[])] * 12
    table = entity_table(tmp_path / "t", [text for text, _ in rows], [json.dumps(spans) for _, spans in rows])
    nested = trained(tmp_path / "span", table, head="span", epochs=25.0)
    (answer,) = load_tagger(nested["model"].path).answers(["北京大学今天放假"])
    assert [(item.text, item.label) for item in answer.entities or []] == [("北京", "地名"), ("北京大学", "机构")]
    flat = trained(tmp_path / "crf", table)
    (answer,) = load_tagger(flat["model"].path).answers(["北京大学今天放假"])
    assert [item.text for item in answer.entities or []] == ["北京大学"]


def test_baselines_and_batch_prediction(tmp_path: Path) -> None:
    table = entity_table(tmp_path / "t")
    for method in ("crf", "dictionary"):
        out = ComponentContext(tmp_path / method).run(
            "train.entity_baseline", {"train": table, "dev": table}, method=method
        )
        assert out["metrics"].read()["values"]["micro_f1"] > 0.95
        made = ComponentContext(tmp_path / f"p-{method}").run("predict.batch", {"model": out["model"], "table": table})
        row = made["table"].dataset()[0]
        assert [item["label"] for item in json.loads(row["predicted_entities"])] == ["人名", "地名"]


def test_a_pre_trained_encoder_and_rows_nobody_has_labelled(tmp_path: Path) -> None:
    texts, cells = entity_rows(24)
    table = entity_table(tmp_path / "t", [*texts, "没有人看过"], [*cells, None])
    out = trained(tmp_path / "m", table, encoder=str(tiny_encoder(tmp_path / "e", texts)), epochs=1.0)
    assert model_io.read_card(out["model"].path).task == "sequence_labelling"
    assert load_tagger(out["model"].path).answers(STRANGE)[0].entities == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('[{"start": 0, "end": 99, "label": "x"}]', "entities.out_of_range"),
        ("B-PER O O", "entities.unreadable"),
        ("[]", "entities.none"),
    ],
)
@pytest.mark.parametrize("component", ["train.sequence_labelling", "train.entity_baseline"])
def test_bad_entities_are_refused(tmp_path: Path, component: str, cell: str, code: str) -> None:
    table = entity_table(tmp_path / "t", ["短文本"], [cell])
    with pytest.raises(InkstoneError) as caught:
        ComponentContext(tmp_path / "n").run(component, {"train": table})
    assert caught.value.code == code


def test_models_that_answer_something_else_are_told_apart(tmp_path: Path) -> None:
    table = entity_table(tmp_path / "t")
    out = ComponentContext(tmp_path / "m").run("train.entity_baseline", {"train": table}, method="dictionary")
    with pytest.raises(InkstoneError) as caught:
        load_model(out["model"].path)
    assert caught.value.code == "model.other_answer"
