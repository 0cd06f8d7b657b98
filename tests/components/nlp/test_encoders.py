"""Encoders are found in folders, offline, and a missing one names the folder to put it in."""

from pathlib import Path

import pytest
from tiny_models import tiny_encoder

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.encoders import list_encoders, longest_input, resolve_encoder


def test_a_folder_of_the_home_is_found_by_name(inkstone_home: Path) -> None:
    folder = tiny_encoder(inkstone_home / "encoders" / "team" / "mine")
    assert resolve_encoder("team/mine") == folder
    assert "team/mine" in [item.name for item in list_encoders()]
    assert longest_input(folder) == 64


def test_an_absolute_folder_is_taken_as_it_is(inkstone_home: Path, tmp_path: Path) -> None:
    folder = tiny_encoder(tmp_path / "encoder")
    assert resolve_encoder(str(folder)) == folder
    with pytest.raises(InkstoneError, match="nowhere"):
        resolve_encoder(str(tmp_path / "nowhere"))


def test_a_missing_encoder_names_the_folder_to_put_it_in(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(InkstoneError) as caught:
        resolve_encoder("nobody/nothing-of-the-kind")
    assert caught.value.code == "encoder.not_found"
    assert str(inkstone_home / "encoders" / "nobody" / "nothing-of-the-kind") in caught.value.fix.en


@pytest.mark.parametrize("reference", ["../../etc", "a/../../../b", "~/x y"])
def test_a_reference_never_leaves_the_encoder_folders(inkstone_home: Path, reference: str) -> None:
    with pytest.raises(InkstoneError) as caught:
        resolve_encoder(reference)
    assert caught.value.code in {"path.outside", "encoder.not_found"}


def test_scratch_is_always_offered(inkstone_home: Path) -> None:
    assert list_encoders()[0].name == "scratch"
