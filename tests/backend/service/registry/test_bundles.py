"""Import of exported models: what is taken, and what is refused before it can do harm."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inkstone import paths
from inkstone.backend.service import models
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.registry import bundles
from inkstone.components.artifacts import file_digest
from inkstone.components.errors import InkstoneError


@pytest.fixture
def bundle(make_model, tmp_path: Path) -> Path:
    return models.export(LOCAL, make_model(), "safetensors", tmp_path / "model.zip")


def rewritten(source: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Return a copy of a zip whose files were changed."""
    with zipfile.ZipFile(source) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    target = source.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_an_exported_model_comes_back_as_it_was(bundle: Path) -> None:
    view = bundles.import_(LOCAL, bundle, "回来", sha256=file_digest(bundle))
    assert view.reference == "回来@1"
    assert view.sha256 == models.get(LOCAL, "模型").sha256
    assert "model.zip" in view.note.en
    assert models.predict(LOCAL, "回来", ["领红包"])[0][0].label == "广告"


def _other_label(files: dict[str, bytes]) -> None:
    files["labels.json"] = b'["x", "y"]'


def _extra(name: str) -> Callable[[dict[str, bytes]], None]:
    return lambda files: files.update({name: b"x"})


def _foreign_task(files: dict[str, bytes]) -> None:
    card = json.loads(files["inkstone.json"])
    files["inkstone.json"] = json.dumps({**card, "task": "os.system"}).encode()


def _broken_settings(files: dict[str, bytes]) -> None:
    card = json.loads(files["inkstone.json"])
    files["inkstone.json"] = json.dumps({**card, "settings": {"analyzer": 3}}).encode()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda files: files.pop("inkstone.json"), "model.bad_bundle"),
        (lambda files: files.update({"inkstone.json": b"[1"}), "model.bad_bundle"),
        (lambda files: files.pop("labels.json"), "model.tampered"),
        (_other_label, "model.tampered"),
        (_extra("../../outside.json"), "model.bad_bundle"),
        (_extra("/etc/outside"), "model.bad_bundle"),
        (_extra("a\\..\\b"), "model.bad_bundle"),
        (_extra("notes.txt"), "model.bad_bundle"),
        (_extra("weights.pkl"), "model.unsafe_weights"),
        (_extra("pytorch_model.bin"), "model.unsafe_weights"),
        (_foreign_task, "models.unknown_task"),
        (_broken_settings, "model.bad_bundle"),
    ],
)
def test_a_bad_bundle_is_refused_and_leaves_nothing(change, code: str, bundle: Path) -> None:
    with pytest.raises(InkstoneError) as error:
        bundles.import_(LOCAL, rewritten(bundle, change), "坏的")
    assert error.value.code == code
    assert not list(paths.folder("cache").glob("bundle-*"))
    assert [item.name for item in models.list_(LOCAL)] == ["模型"]


def test_links_other_files_and_wrong_digests_are_refused(bundle: Path, tmp_path: Path) -> None:
    linked = rewritten(bundle, lambda files: files.pop("labels.json"))
    with zipfile.ZipFile(linked, "a") as archive:
        link = zipfile.ZipInfo("labels.json")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    plain = tmp_path / "plain.zip"
    plain.write_bytes(b"no zip at all")
    cut = tmp_path / "cut.zip"
    cut.write_bytes(bundle.read_bytes()[:200])
    for path in (linked, plain, cut):
        with pytest.raises(InkstoneError) as error:
            bundles.import_(LOCAL, path, "坏的")
        assert error.value.code == "model.bad_bundle"
    with pytest.raises(InkstoneError, match=r"model\.bad_bundle"):
        bundles.import_(LOCAL, bundle, "坏的", sha256="0" * 64)
    with pytest.raises(InkstoneError, match=r"path\.bad_name"):
        bundles.import_(LOCAL, bundle, "../坏的")


def test_only_its_owner_adds_to_a_model(bundle: Path, member: Actor) -> None:
    with pytest.raises(InkstoneError, match=r"auth\.forbidden"):
        bundles.import_(member, bundle, "模型")
    assert bundles.import_(member, bundle, "新的").name == "新的"
