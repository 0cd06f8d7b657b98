"""Quantisation: sizes, parity, operators left in float, bad input."""

import pytest
from component_context import ComponentContext

from inkstone.components.artifacts import content_hash
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.onnx_model import OnnxText


def test_dynamic_int8_is_a_model_like_any_other(context, rows, wide) -> None:
    made = context.run("compress.quantise", {"model": wide, "table": rows}, agreement=0.9)
    model = load_model(made["model"].path)
    assert isinstance(model, OnnxText)
    card = model_io.read_card(made["model"].path)
    facts = made["metrics"].read()
    assert facts["model"] == card.digest
    assert facts["quantised"]["label_agreement"] >= 0.9
    assert facts["values"]["accuracy"] > 0
    assert card.model_extra["quantised"]["precision"] == "int8_dynamic"
    again = ComponentContext(context.root / "again").run(
        "compress.quantise", {"model": wide, "table": rows}, agreement=0.9
    )
    assert content_hash(again["model"].path) == content_hash(made["model"].path)


def test_static_int8_is_calibrated_on_rows(context, rows, wide) -> None:
    made = context.run(
        "compress.quantise", {"model": wide, "table": rows}, precision="int8_static", agreement=0.5, rows=16
    )
    assert load_model(made["model"].path).scores(["今天天气很好"]).shape == (1, 2)
    with pytest.raises(InkstoneError) as caught:
        context.run("compress.quantise", {"model": wide}, precision="int8_static")
    assert caught.value.code == "compress.no_calibration_rows"


@pytest.mark.parametrize("precision", ["fp16", "bf16"])
def test_sixteen_bits_halve_the_weights(context, rows, wide, precision) -> None:
    made = context.run("compress.quantise", {"model": wide, "table": rows}, precision=precision, agreement=0.9)
    before = (wide.path / model_io.WEIGHTS).stat().st_size
    assert (made["model"].path / model_io.WEIGHTS).stat().st_size < 0.6 * before
    assert model_io.verify(made["model"].path).model_extra["precision"] == precision
    assert load_model(made["model"].path).scores(["今天天气很好"]).sum() == pytest.approx(1, abs=1e-3)


def test_operators_stay_in_float_until_labels_agree(rows, wide, tmp_path, monkeypatch) -> None:
    from inkstone.components.nlp.compression import quantisation

    asked = []
    real = quantisation.parity

    def strict(original, exported, probes):
        found = real(original, exported, probes)
        asked.append(found)
        # Whatever is quantised counts as harm, so that every operator must be given up.
        return {**found, "label_agreement": 1.0 if found["largest_difference"] < 1e-4 else 0.0}

    monkeypatch.setattr(quantisation, "parity", strict)
    probes = [("今天天气很好", None), ("加微信领红包", None)]
    facts = quantisation.quantise(
        wide.path, tmp_path / "made", "int8_dynamic", probes, wanted=1.0, fallback=True, check=lambda: None
    )
    assert facts["kept_in_float"]
    assert facts["largest_difference"] < 1e-4
    with pytest.raises(InkstoneError) as caught:
        quantisation.quantise(
            wide.path, tmp_path / "other", "int8_dynamic", probes, wanted=1.0, fallback=False, check=lambda: None
        )
    assert caught.value.code == "compress.parity_failed"


def test_an_ngram_model_has_nothing_to_quantise(context, ngram) -> None:
    for precision in ("int8_dynamic", "fp16"):
        with pytest.raises(InkstoneError) as caught:
            context.run("compress.quantise", {"model": ngram}, precision=precision)
        assert caught.value.code in {"export.no_onnx", "compress.unsupported_model"}
