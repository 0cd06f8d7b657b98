"""A model folder that was changed, or that could carry code, is never loaded."""

import json
from pathlib import Path

import numpy as np
import pytest
from tiny_models import tiny_encoder

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.inference import load_model
from inkstone.components.nlp.ngram import NgramModel


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "model"
    model = NgramModel(
        labels=["a", "b"],
        analyzer="char",
        shortest=1,
        longest=1,
        terms=["x", "y"],
        idf=np.array([1.0, 1.5], np.float32),
        coefficients=np.array([[1.0, -1.0], [-1.0, 1.0]], np.float32),
        intercept=np.zeros(2),
    )
    model.save(target)
    return target


def refused(folder: Path) -> str:
    with pytest.raises(InkstoneError) as caught:
        load_model(folder)
    assert caught.value.fix.zh
    assert caught.value.fix.en
    return caught.value.code


def test_a_saved_model_loads_and_keeps_its_identity(folder: Path) -> None:
    model = load_model(folder)
    assert model.labels == ["a", "b"]
    assert [item.label for item in model.predict(["xx", "yy"])[1]] == ["b", "a"]
    before = model.card.digest
    model_io.amend(folder, component="train.ngram_baseline@1", metrics={"accuracy": 0.5})
    assert load_model(folder).card.digest == before
    assert load_model(folder).card.component == "train.ngram_baseline@1"


@pytest.mark.parametrize("name", ["model.safetensors", "vocabulary.json", "labels.json"])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-2] ^= 1
    (folder / name).write_bytes(content)
    assert refused(folder) == "model.tampered"


def test_a_missing_or_added_file_is_refused(folder: Path) -> None:
    (folder / "extra.json").write_text("{}")
    assert refused(folder) == "model.tampered"
    (folder / "extra.json").unlink()
    (folder / "labels.json").unlink()
    assert refused(folder) == "model.tampered"


def test_digests_that_were_rewritten_by_hand_are_refused(folder: Path) -> None:
    from inkstone.components.artifacts import file_digest

    (folder / "labels.json").write_text('["evil", "b"]')
    card = json.loads((folder / "inkstone.json").read_text())
    card["files"]["labels.json"] = file_digest(folder / "labels.json")
    (folder / "inkstone.json").write_text(json.dumps(card))
    assert refused(folder) == "model.tampered"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.pt", "model.pkl", "tf_model.h5", "sub/x.joblib"])
def test_weights_that_can_carry_code_are_refused(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    assert refused(folder) == "model.unsafe_weights"
    with pytest.raises(InkstoneError):
        model_io.load_weights(folder / name)


def test_what_is_no_model_folder_is_said_so(tmp_path: Path) -> None:
    assert refused(tmp_path) == "model.not_a_model"
    (tmp_path / "inkstone.json").write_text("not json")
    assert refused(tmp_path) == "model.not_a_model"


def test_a_model_of_a_newer_inkstone_asks_for_an_upgrade(folder: Path) -> None:
    model_io.amend(folder, format=99)
    assert refused(folder) == "model.newer_format"


def test_an_encoder_with_pickled_weights_only_is_refused(tmp_path: Path) -> None:
    encoder = tiny_encoder(tmp_path / "encoder")
    model_io.check_encoder(encoder)
    (encoder / "model.safetensors").rename(encoder / "pytorch_model.bin")
    with pytest.raises(InkstoneError) as caught:
        model_io.load_encoder(encoder)
    assert caught.value.code == "model.unsafe_weights"


def test_an_encoder_folder_that_lacks_files_names_them(tmp_path: Path) -> None:
    encoder = tiny_encoder(tmp_path / "encoder")
    (encoder / "config.json").rename(tmp_path / "config.json")
    with pytest.raises(InkstoneError, match=r"config\.json"):
        model_io.check_encoder(encoder)
    (tmp_path / "config.json").rename(encoder / "config.json")
    (encoder / "tokenizer.json").unlink()
    with pytest.raises(InkstoneError, match="tokenizer"):
        model_io.check_encoder(encoder)
