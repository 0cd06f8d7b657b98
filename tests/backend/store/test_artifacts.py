"""The artifact store: whole or not at all, never changed."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inkstone.backend.store.artifacts import ArtifactStore
from inkstone.components.artifacts import content_hash
from inkstone.components.errors import InkstoneError


@pytest.fixture
def store(inkstone_home: Path) -> ArtifactStore:
    return ArtifactStore()


def made(folder: Path, **files: str) -> Path:
    (folder / "inner").mkdir(parents=True)
    for name, content in files.items():
        (folder / "inner" / name).write_text(content, "utf-8")
    return folder


def test_an_artifact_lies_under_its_content_hash_and_is_read_only(store, tmp_path):
    folder = made(tmp_path / "one", a="文本", b="more")
    expected = content_hash(folder)
    stored = store.put(folder)
    assert stored.sha256 == expected
    assert stored.bytes == len("文本".encode()) + len("more")
    path = store.path(stored.sha256)
    assert (path / "inner" / "a").read_text("utf-8") == "文本"
    assert not (path / "inner" / "a").stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    store.verify(stored.sha256)


def test_the_same_content_is_kept_once_and_what_is_inside_stays(store, tmp_path):
    first = store.put(made(tmp_path / "one", a="x"))
    second = store.put(made(tmp_path / "two", a="x"))
    again = store.put(store.path(first.sha256))  # a component that passes its input on
    assert first == second == again
    assert [item.name for item in store.root.iterdir()] == [first.sha256[:2]]


def test_a_changed_file_is_found_and_a_missing_artifact_is_told(store, tmp_path):
    stored = store.put(made(tmp_path / "one", a="x"))
    file = store.path(stored.sha256) / "inner" / "a"
    file.chmod(0o644)
    file.write_text("tampered")
    with pytest.raises(InkstoneError) as caught:
        store.verify(stored.sha256)
    assert caught.value.code == "store.artifact_damaged"
    store.remove(stored.sha256)
    for name in (stored.sha256, "0" * 64, "../../etc"):
        assert not store.has(name)
        with pytest.raises(InkstoneError) as caught:
            store.path(name)
        assert caught.value.code == "store.artifact_missing"


def test_links_are_refused(store, tmp_path):
    folder = made(tmp_path / "one", a="x")
    (folder / "link").symlink_to("/etc/hostname")
    with pytest.raises(InkstoneError) as caught:
        store.put(folder)
    assert caught.value.code == "store.artifact_link"
    assert not list(store.root.iterdir())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_leaves_nothing(store, tmp_path, monkeypatch, number):
    def full(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InkstoneError) as caught:
        store.put(made(tmp_path / "one", a="x"))
    assert caught.value.code == "system.disk_full"
    assert not list(store.root.rglob("*"))


def test_an_artifact_from_another_disk_is_copied(store, tmp_path, monkeypatch):
    rename = Path.rename

    def across(self: Path, target: Path) -> Path:
        if "unfinished" in target.name:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", across)
    folder = made(tmp_path / "one", a="x")
    stored = store.put(folder)
    assert store.has(stored.sha256) and folder.exists()


def test_processes_that_store_the_same_at_once_agree(store, tmp_path):
    code = (
        "import sys, pathlib; from inkstone.backend.store.artifacts import ArtifactStore\n"
        "for number in range(40):\n"
        "    folder = pathlib.Path(sys.argv[1]) / str(number); folder.mkdir(parents=True)\n"
        "    (folder / 'a').write_text(str(number) * 1000)\n"
        "    ArtifactStore().put(folder)\n"
    )
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / str(i))]) for i in range(3)]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    stored = list(store.root.glob("*/*"))
    assert len(stored) == 40
    for path in stored:
        store.verify(path.name)
