"""Quantisation: sizes, parity, operators left in float, bad input."""

import pytest

from inkstone.components.artifacts import content_hash
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression import quantisation
from inkstone.components.nlp.export import write_onnx
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.onnx_model import OnnxText

PROBES = [(text, None) for text in ("今天天气很好", "加微信领红包", "免费贷款秒批", "see you tomorrow")]


@pytest.fixture(scope="module")
def in_float(wide, tmp_path_factory):
    """The graph of the model, traced once: that is what takes long."""
    folder = tmp_path_factory.mktemp("graph") / "float"
    write_onnx(wide.path, folder, PROBES)
    return folder


def int8(in_float, wide, target, precision="int8_dynamic", **changes):
    options = {"wanted": 0.5, "fallback": True, "check": lambda: None} | changes
    return quantisation.to_int8(in_float, load_model(wide.path), target, precision, PROBES, **options)


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


def test_the_same_model_gives_the_same_bytes(in_float, wide, tmp_path) -> None:
    for name in ("first", "again"):
        int8(in_float, wide, tmp_path / name)
    assert content_hash(tmp_path / "first") == content_hash(tmp_path / "again")


def test_static_int8_is_calibrated_on_rows(in_float, wide, tmp_path) -> None:
    int8(in_float, wide, tmp_path / "static", "int8_static")
    assert load_model(tmp_path / "static").scores(["今天天气很好"]).shape == (1, 2)


def test_static_int8_needs_rows(context, wide) -> None:
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


def test_operators_stay_in_float_until_labels_agree(in_float, wide, tmp_path, monkeypatch) -> None:
    real = quantisation.parity

    def strict(original, exported, probes):
        found = real(original, exported, probes)
        # Whatever is quantised counts as harm, so that operators must be given up.
        return {**found, "label_agreement": 1.0 if found["largest_difference"] < 1e-4 else 0.0}

    monkeypatch.setattr(quantisation, "parity", strict)
    facts = int8(in_float, wide, tmp_path / "made", wanted=1.0)
    assert facts["kept_in_float"]
    assert facts["largest_difference"] < 1e-4
    with pytest.raises(InkstoneError) as caught:
        int8(in_float, wide, tmp_path / "other", wanted=1.0, fallback=False)
    assert caught.value.code == "compress.parity_failed"


def test_an_ngram_model_has_nothing_to_quantise(context, ngram) -> None:
    for precision, code in (("int8_dynamic", "export.no_onnx"), ("fp16", "compress.unsupported_model")):
        with pytest.raises(InkstoneError) as caught:
            context.run("compress.quantise", {"model": ngram}, precision=precision)
        assert caught.value.code == code
