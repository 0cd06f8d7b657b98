"""From raw text to a kept encoder, through the components, as a user draws them."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from component_context import ComponentContext, make_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.encoders import resolve_encoder
from inkstone.components.spec import Source


@pytest.fixture
def context(tmp_path: Path, sentences: list[str]) -> ComponentContext:
    path = tmp_path / "corpus"
    path.mkdir()
    (path / "a.txt").write_text("\n".join(sentences[::2]), "utf-8")
    (path / "b.txt.gz").write_bytes(gzip.compress("\n".join(sentences[1::2]).encode()))
    return ComponentContext(tmp_path / "run", sources={"dataset:corpus": Source(path, "corpus")})


def pretrain(context: ComponentContext, **changes: Any) -> dict[str, Any]:
    tokenizer = context.run("pretrain.tokenizer", source="dataset:corpus", vocabulary=150, characters=120)["tokenizer"]
    packed = context.run(
        "pretrain.corpus", {"tokenizer": tokenizer}, source="dataset:corpus", length=32, held_out_share=0.1
    )
    inputs = {"corpus": packed["corpus"], "held_out": packed["held_out"]}
    return context.run(
        "pretrain.masked_lm", inputs, **{"epochs": 0.5, "batch_size": 8, "evals_per_epoch": 1, **changes}
    )


def test_from_text_to_an_encoder_that_trainings_find(context: ComponentContext, inkstone_home: Path) -> None:
    made = pretrain(context)
    values = made["metrics"].read()["values"]
    assert 0 <= values["masked_accuracy"] <= 1
    assert values["perplexity"] > 1
    context.run("pretrain.keep_encoder", {"encoder": made["encoder"]}, name="ours")
    assert (resolve_encoder("ours") / "model.safetensors").is_file()
    with pytest.raises(InkstoneError, match="name_taken"):
        context.run("pretrain.keep_encoder", {"encoder": made["encoder"]}, name="ours")
    again = context.run("pretrain.corpus", source="dataset:corpus", encoder="ours", length=32)
    inputs = {"corpus": again["corpus"]}
    context.root /= "continued"
    continued = context.run("pretrain.masked_lm", inputs, encoder="ours", epochs=0.5, batch_size=8)
    assert (continued["encoder"].path / "config.json").is_file()


def test_evaluation_texts_and_duplicates_stay_out(
    context: ComponentContext, sentences: list[str], tmp_path: Path
) -> None:
    texts = [*sentences[:5], "今天天气很好，我们去公园散步。第零次！"]
    evaluation = make_table(tmp_path / "evaluation", {"text": texts}, {"text": "text"})
    double = make_table(tmp_path / "double", {"text": sentences[:20]}, {"text": "text"})
    tokenizer = context.run("pretrain.tokenizer", source="dataset:corpus", vocabulary=150, characters=120)["tokenizer"]
    inputs = {"tokenizer": tokenizer, "tables": [double], "evaluation": [evaluation]}
    made = context.run("pretrain.corpus", inputs, source="dataset:corpus", similarity=1.0, length=32)
    facts = {name["en"]: value for name, value in made["report"].read()["sections"][0]["facts"]}
    assert facts["Equal to an evaluation text"] == 10
    assert facts["Duplicates"] == 15
    assert facts["Passages read"] == len(sentences) + 20
    assert facts["Passages held out"] + facts["Training passages"] == len(sentences) - 5


@pytest.mark.parametrize(
    ("component", "params", "code"),
    [
        ("tokenizer", {}, "pretrain.no_source"),
        ("corpus", {"source": "dataset:corpus"}, "pretrain.no_tokenizer"),
        ("tokenizer", {"source": "dataset:corpus", "vocabulary": 5000}, "pretrain.vocabulary_too_large"),
    ],
)
def test_what_is_missing_is_said(context: ComponentContext, component: str, params: dict[str, Any], code: str) -> None:
    with pytest.raises(InkstoneError) as caught:
        context.run(f"pretrain.{component}", **params)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "pretrain.empty_corpus"),
        (b" \n\n", "pretrain.empty_corpus"),
        ("坏的一行".encode("gb18030"), "pretrain.not_utf8"),
    ],
)
def test_bad_corpora_are_told_at_the_source(
    context: ComponentContext, tmp_path: Path, content: bytes, code: str
) -> None:
    (tmp_path / "bad.txt").write_bytes(content)
    context.sources["dataset:bad"] = Source(tmp_path / "bad.txt", "bad")
    for method in ("wordpiece", "bpe"):
        with pytest.raises(InkstoneError) as caught:
            context.run("pretrain.tokenizer", source="dataset:bad", vocabulary=300, method=method)
        assert caught.value.code == code


def test_one_line_is_too_little_to_train_on(context: ComponentContext, tmp_path: Path) -> None:
    (tmp_path / "line.txt").write_text("今天天气很好", "utf-8")
    context.sources["dataset:line"] = Source(tmp_path / "line.txt", "line")
    tokenizer = context.run("pretrain.tokenizer", source="dataset:corpus", vocabulary=150, characters=120)["tokenizer"]
    packed = context.run("pretrain.corpus", {"tokenizer": tokenizer}, source="dataset:line", length=32)
    with pytest.raises(InkstoneError, match="small_corpus"):
        context.run("pretrain.masked_lm", {"corpus": packed["corpus"]}, epochs=1)


def test_an_encoder_with_another_tokenizer_is_refused(context: ComponentContext, tmp_path: Path) -> None:
    from tiny_models import tiny_encoder

    other = str(tiny_encoder(tmp_path / "other"))
    with pytest.raises(InkstoneError, match="other_tokenizer"):
        pretrain(context, encoder=other)


def test_a_larger_encoder_teaches_and_replaced_words_are_told(context: ComponentContext, inkstone_home: Path) -> None:
    teacher = pretrain(context)["encoder"]
    context.run("pretrain.keep_encoder", {"encoder": teacher}, name="teacher")
    context.root /= "student"
    student = pretrain(context, teacher="teacher", epochs=0.3)
    assert student["metrics"].read()["values"]["perplexity"] > 1
    context.root /= "rtd"
    rtd = pretrain(context, objective="rtd", epochs=0.3)
    assert rtd["metrics"].read()["values"]["detection_accuracy"] > 0
    assert (rtd["encoder"].path / "model.safetensors").is_file()
    with pytest.raises(InkstoneError, match="no_teacher_of_rtd"):
        pretrain(context, objective="rtd", teacher="teacher")


def test_without_a_compiler_training_goes_on_and_says_so(
    context: ComponentContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    made = pretrain(context, compile=True, epochs=0.1)
    assert (made["encoder"].path / "model.safetensors").is_file()
    events = "".join(path.read_text("utf-8") for path in context.root.rglob("*") if path.suffix in {".jsonl", ".spool"})
    assert "No C++ compiler" in events
