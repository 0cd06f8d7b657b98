"""An exported bundle answers as the original does."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from component_context import ComponentContext
from tiny_models import GOOD, pair_table, tiny_encoder, two_class_rows, two_class_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import export
from inkstone.components.nlp.combined import CombinedText
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.onnx_model import OnnxText
from inkstone.components.nlp.risk.model import RiskText

TEXTS = [*two_class_rows(12)[0], "", "很长" * 100, "unknown ☃ 字"]


def packed(tmp_path: Path, model: Any, table: Any, format: str) -> tuple[Path, dict[str, Any]]:
    out = ComponentContext(tmp_path / f"x-{format}").run(
        "deliver.export", {"model": model, "table": table}, format=format
    )
    described = json.loads((out["file"].path / "file.json").read_text())
    archive = out["file"].path / described["name"]
    assert archive.stat().st_size == described["bytes"]
    target = tmp_path / f"unpacked-{format}"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(target)
    return target, described["facts"]


@pytest.mark.parametrize("encoder", ["scratch", "tiny"])
def test_onnx_gives_the_scores_of_the_original(tmp_path: Path, encoder: str) -> None:
    table = two_class_table(tmp_path / "t")
    name = "scratch" if encoder == "scratch" else str(tiny_encoder(tmp_path / "encoder"))
    model = ComponentContext(tmp_path / "m").run(
        "train.text_classification", {"train": table}, encoder=name, epochs=1.0
    )["model"]
    folder, facts = packed(tmp_path, model, table, "onnx")
    assert facts["label_agreement"] == 1.0
    assert facts["parity_rows"] == 48
    assert not (folder / "model.safetensors").exists()
    exported, original = load_model(folder), load_model(model.path)
    assert type(exported).__name__ == "OnnxText"
    for size in (1, 4, 32):
        np.testing.assert_allclose(exported.scores(TEXTS, batch_size=size), original.scores(TEXTS), atol=1e-4)


def test_onnx_of_pairs(tmp_path: Path) -> None:
    table = pair_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run(
        "train.text_classification", {"train": table}, encoder=str(tiny_encoder(tmp_path / "e")), epochs=1.0
    )["model"]
    folder, _ = packed(tmp_path, model, table, "onnx")
    np.testing.assert_allclose(
        load_model(folder).scores(GOOD, GOOD[::-1]), load_model(model.path).scores(GOOD, GOOD[::-1]), atol=1e-4
    )


def test_a_safetensors_bundle_is_the_model_itself(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": table})["model"]
    folder, facts = packed(tmp_path, model, table, "safetensors")
    assert load_model(folder).card.digest == facts["model"] == load_model(model.path).card.digest


def test_the_baseline_has_no_onnx_form(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": table})["model"]
    with pytest.raises(InkstoneError) as caught:
        packed(tmp_path, model, table, "onnx")
    assert caught.value.code == "export.no_onnx"


def test_a_risk_model_keeps_its_decisions_when_its_encoders_become_graphs(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t", 24)
    made = ComponentContext(tmp_path / "m").run("train.combined_classification", {"train": table}, folds=2, epochs=2.0)
    parts = {"model": made["model"], "scored": made["scored"]}
    model = ComponentContext(tmp_path / "p").run("text.decision_policy", parts, safe_class="正常")["model"]
    folder, facts = packed(tmp_path, model, table, "onnx")
    assert facts["label_agreement"] == 1.0
    exported, original = load_model(folder), load_model(model.path)
    assert isinstance(exported, RiskText) and isinstance(original, RiskText)
    assert isinstance(exported.inner, CombinedText) and not list(folder.rglob("encoder-*/model.safetensors"))
    assert {type(item) for item in exported.inner.models[-1]} == {OnnxText}
    texts = ["加微信领红包", "明天开会", "", "🙂", "a mixed 文本 " * 30]
    assert exported.scores(texts) == pytest.approx(original.scores(texts), abs=1e-3)
    assert [item["decision"] for item in exported.decide(texts)] == [
        item["decision"] for item in original.decide(texts)
    ]


def test_an_export_that_disagrees_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run(
        "train.text_classification", {"train": table}, encoder=str(tiny_encoder(tmp_path / "e")), epochs=1.0
    )["model"]
    trace = export._trace

    def wrong(network: Any, path: Path) -> None:
        network.model.head.bias.data += 3.0 * network.model.head.bias.data.new_tensor([1.0, -1.0])
        trace(network, path)
        network.model.head.bias.data -= 3.0 * network.model.head.bias.data.new_tensor([1.0, -1.0])

    monkeypatch.setattr(export, "_trace", wrong)
    with pytest.raises(InkstoneError) as caught:
        packed(tmp_path, model, table, "onnx")
    assert caught.value.code == "export.parity_failed"
    assert not list((tmp_path / "x-onnx").rglob("*.zip"))


@pytest.mark.parametrize("pairs", [False, True])
def test_a_standalone_folder_answers_without_inkstone(tmp_path: Path, pairs: bool) -> None:
    table = pair_table(tmp_path / "t") if pairs else two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run(
        "train.text_classification", {"train": table}, encoder=str(tiny_encoder(tmp_path / "e")), epochs=1.0
    )["model"]
    folder, facts = packed(tmp_path, model, table, "standalone")
    assert facts["label_agreement"] == 1.0
    texts = ["好" * 300, "很差 bad ＡＢＣ", *TEXTS[:40]]
    second = [text[::-1] for text in texts]
    lines = [f"{first}\t{other}" if pairs else first for first, other in zip(texts, second, strict=True)]
    (folder / "texts.txt").write_text("\n".join(lines), "utf-8")
    # Inkstone cannot be found there: isolated, and a finder that refuses it stands first.
    blocked = "import sys, runpy; sys.modules['inkstone'] = None; sys.path.insert(0, '.'); sys.argv[0] = 'predict.py'; "
    command = [sys.executable, "-I", "-c", blocked + "runpy.run_path('predict.py', run_name='__main__')"]
    done = subprocess.run(
        [*command, "--file", "texts.txt"], cwd=folder, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["text"] for answer in answers] == lines
    original = load_model(model.path)
    wanted = original.scores(texts, second if pairs else None)
    for answer, row in zip(answers, wanted, strict=True):
        given = {item["label"]: item["score"] for item in answer["ranked"]}
        assert [given[label] for label in original.labels] == pytest.approx(row.tolist(), abs=1e-4)


def test_the_baseline_does_not_run_alone(tmp_path: Path) -> None:
    table = two_class_table(tmp_path / "t")
    model = ComponentContext(tmp_path / "m").run("train.ngram_baseline", {"train": table})["model"]
    with pytest.raises(InkstoneError) as caught:
        packed(tmp_path, model, table, "standalone")
    assert caught.value.code == "export.no_onnx"
