"""An exported bundle answers as the original does."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from component_context import ComponentContext
from tiny_models import GOOD, pair_table, tiny_encoder, two_class_rows, two_class_table

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import export
from inkstone.components.nlp.inference import load_model

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
