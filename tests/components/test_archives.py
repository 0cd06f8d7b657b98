"""Zips made by strangers: broken, encrypted, or larger than they say."""

import errno
import zipfile
from pathlib import Path

import pytest

from inkstone.components.archives import reading_zip, unpack_member
from inkstone.components.errors import ErrorKind, InkstoneError
from inkstone.components.texts import text

BROKEN = ErrorKind("test.broken", text("坏了：{reason}", "Broken: {reason}."), text("换一个。", "Take another."))


def zip_of(path: Path, name: str = "a.txt", content: str = "一二三" * 500) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def read(path: Path, target: Path, most: int = 1 << 20) -> int | None:
    with reading_zip(path, lambda reason: BROKEN(reason=reason)) as archive:
        return unpack_member(archive, archive.infolist()[0], target, most)


def damaged(path: Path) -> None:
    """Overwrite compressed bytes, which zlib notices."""
    data = bytearray(path.read_bytes())
    data[36:46] = b"\xff" * 10
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def encrypted(path: Path) -> None:
    """Set the flag of encryption where the file and the directory hold it."""
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def strange_method(path: Path) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[8], data[place + 10] = 97, 97
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [damaged, cut, encrypted, strange_method], ids=lambda item: item.__name__)
def test_whatever_is_wrong_with_a_zip_is_the_callers_error(tmp_path: Path, harm) -> None:
    path = zip_of(tmp_path / "a.zip")
    harm(path)
    with pytest.raises(InkstoneError) as caught:
        read(path, tmp_path / "a.txt")
    assert caught.value.code == "test.broken"
    assert caught.value.values["reason"]


def test_no_more_is_unpacked_than_allowed(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip")
    assert read(path, tmp_path / "a.txt", most=4500) == 4500
    assert (tmp_path / "a.txt").read_text("utf-8") == "一二三" * 500
    assert read(path, tmp_path / "b.txt", most=4499) is None


def test_a_full_disk_is_not_the_zips_fault(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip")
    with pytest.raises(OSError, match="full") as caught, reading_zip(path, lambda reason: BROKEN(reason=reason)):
        raise OSError(errno.ENOSPC, "full")
    assert caught.value.errno == errno.ENOSPC
