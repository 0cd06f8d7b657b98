"""The catalogue, the import of encoders, and their digests."""

import json
import zipfile
from pathlib import Path

import pytest
import torch
from tiny_models import tiny_encoder

from inkstone.components.artifacts import file_digest
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.encoders import list_encoders, resolve_encoder, shipped_folder
from inkstone.components.nlp.zoo import BIN, Listed, catalogue, import_encoder, listed, verify_encoder


@pytest.fixture
def encoder(tmp_path: Path) -> Path:
    return tiny_encoder(tmp_path / "source")


def zipped(folder: Path, target: Path, inner: str = "") -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for item in folder.iterdir():
            archive.write(item, f"{inner}{item.name}")
    return target


def test_the_catalogue_is_sound() -> None:
    entries = catalogue(shipped_folder())
    names = [entry.name for entry in entries]
    assert len(set(names)) == len(names) >= 19
    assert all(entry.shipped or entry.hub for entry in entries)
    entry = listed(shipped_folder(), "hfl/rbt3")
    assert entry is not None and entry.name == "rbt3"


def test_catalogued_encoders_are_listed_and_not_ready_offline(inkstone_home: Path) -> None:
    found = {item.name: item for item in list_encoders()}
    assert found["bert-base-chinese"].parameters == 102_000_000
    assert found["bert-base-chinese"].languages == ("zh",)


def test_a_missing_catalogued_encoder_names_its_folder(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InkstoneError) as caught:
        resolve_encoder("chinese-macbert-base")
    assert caught.value.code == "encoder.not_found"
    assert str(inkstone_home / "encoders" / "chinese-macbert-base") in caught.value.fix.en


@pytest.mark.parametrize("inner", ["", "model/"])
def test_folders_and_zips_are_imported(inkstone_home: Path, encoder: Path, tmp_path: Path, inner: str) -> None:
    imported = import_encoder(zipped(encoder, tmp_path / "encoder.zip", inner), "from-zip")
    assert resolve_encoder("from-zip") == imported
    assert resolve_encoder(import_encoder(encoder, "from-folder").name).is_dir()
    verify_encoder(imported)
    (imported / "config.json").write_text("{}", "utf-8")
    with pytest.raises(InkstoneError, match="tampered"):
        verify_encoder(imported)
    with pytest.raises(InkstoneError, match="name_taken"):
        import_encoder(encoder, "from-zip")


def test_bad_archives_leave_nothing_behind(inkstone_home: Path, encoder: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no zip")
    (tmp_path / "empty").mkdir()
    with zipfile.ZipFile(tmp_path / "outside.zip", "w") as archive:
        archive.writestr("../config.json", json.dumps({"model_type": "bert"}))
        archive.writestr("../../evil.json", "{}")
    for source in ("broken.zip", "empty", "outside.zip"):
        with pytest.raises(InkstoneError):
            import_encoder(tmp_path / source, "bad")
    with pytest.raises(InkstoneError, match="bad_name"):
        import_encoder(encoder, "../bad")
    assert not list((inkstone_home / "encoders").iterdir())
    assert not list(inkstone_home.rglob("evil.json"))


def test_a_bin_is_converted_by_its_digest_alone(inkstone_home: Path, encoder: Path) -> None:
    from inkstone.components.nlp.model_io import load_weights

    weights = load_weights(encoder / "model.safetensors")
    (encoder / "model.safetensors").unlink()
    torch.save(weights, encoder / BIN)
    with pytest.raises(InkstoneError, match=r"bad_folder|unsafe_weights"):
        import_encoder(encoder, "without-digest")
    with pytest.raises(InkstoneError, match="tampered"):
        import_encoder(encoder, "wrong-digest", sha256="0" * 64)
    imported = import_encoder(encoder, "converted", sha256=file_digest(encoder / BIN))
    assert not (imported / BIN).exists()
    again = load_weights(imported / "model.safetensors")
    assert all(torch.equal(again[name], value) for name, value in weights.items())
    assert resolve_encoder("converted") == imported


def test_a_bin_with_code_in_it_is_refused(inkstone_home: Path, encoder: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (print, ("code ran",))

    (encoder / "model.safetensors").unlink()
    torch.save({"weight": Evil()}, encoder / BIN)
    with pytest.raises(InkstoneError, match="unsafe_weights"):
        import_encoder(encoder, "evil", sha256=file_digest(encoder / BIN))


@pytest.mark.parametrize(
    "entry", [item for item in catalogue(shipped_folder()) if item.shipped], ids=lambda item: item.name
)
def test_shipped_encoders_are_whole_and_guess_words(entry: Listed, inkstone_home: Path) -> None:
    from inkstone.components.nlp.model_io import load_masked_lm, load_tokenizer

    folder = resolve_encoder(entry.name)
    verify_encoder(folder)
    tokenizer, model = load_tokenizer(folder), load_masked_lm(folder).eval()
    assert sum(value.numel() for value in model.parameters()) == pytest.approx(entry.parameters * 1e6, rel=0.05)
    batch = tokenizer(["酒店的服务很[MASK]，下次还会再来。"], return_tensors="pt")
    with torch.no_grad():
        guesses = model(**batch).logits[0, batch["input_ids"][0] == tokenizer.mask_token_id][0].topk(5).indices
    assert "好" in tokenizer.convert_ids_to_tokens(guesses.tolist())
