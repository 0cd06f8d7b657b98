"""Encoders from the command line."""

import zipfile
from pathlib import Path

import pytest
import torch
from tiny_models import tiny_encoder

from inkstone.components.artifacts import file_digest
from inkstone.components.nlp.model_io import load_weights


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    return tiny_encoder(tmp_path / "source")


def test_an_imported_encoder_is_listed_and_checked(inkstone, encoder: Path, inkstone_home: Path) -> None:
    code, made = inkstone.json("encoders", "import", encoder, "--name", "ours")
    assert code == 0 and made["folder"] == str(inkstone_home / "encoders" / "ours")
    assert made["parameters"] > 0 and made["bytes"] > 0 and made["ready"]
    assert inkstone("encoders", "verify", "ours").code == 0
    listed = inkstone("encoders").out
    assert "ours" in listed and "unpinned" in listed and "Apache-2.0" in listed
    (inkstone_home / "encoders" / "ours" / "config.json").write_text("{}", "utf-8")
    changed = inkstone("encoders", "verify", "ours")
    assert changed.code == 2 and "model.tampered" in changed.err


def test_what_cannot_be_imported_is_told(inkstone, encoder: Path, tmp_path: Path) -> None:
    assert "upload.missing" in inkstone("encoders", "import", tmp_path / "absent", "--name", "a").err
    inkstone("encoders", "import", encoder, "--name", "a")
    assert "encoder.name_taken" in inkstone("encoders", "import", encoder, "--name", "a").err
    assert inkstone("encoders", "import", encoder, "--name", "a", "--replace").code == 0
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("notes.txt", "no encoder")
    assert "encoder.bad_archive" in inkstone("encoders", "import", tmp_path / "empty.zip", "--name", "b").err
    assert "encoder.not_found" in inkstone("encoders", "verify", "nobody").err


def test_a_bin_needs_its_digest(inkstone, encoder: Path) -> None:
    source = encoder / "pytorch_model.bin"
    torch.save(load_weights(encoder / "model.safetensors"), source)
    (encoder / "model.safetensors").unlink()
    assert "encoder.bad_folder" in inkstone("encoders", "import", encoder, "--name", "old").err
    wrong = inkstone("encoders", "import", encoder, "--name", "old", "--sha256", "0" * 64)
    assert "model.tampered" in wrong.err
    assert inkstone("encoders", "import", encoder, "--name", "old", "--sha256", file_digest(source)).code == 0
