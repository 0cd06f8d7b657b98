"""Uploads: whole or not at all."""

import errno
import io
import os
import zipfile
from pathlib import Path

import pytest

from inkstone.backend.service import datasets, uploads
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError


def _zip(**members: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def test_an_upload_is_parsed_and_its_roles_are_guessed(home, table):
    view = datasets.upload(LOCAL, table, table.name)
    assert (view.reference, view.rows, view.file_name) == ("dataset:消息@1", 60, "消息.csv")
    assert view.roles == {"text": "文本", "label": "标签"}
    assert [column.name for column in view.columns] == ["文本", "标签"]


def test_the_same_bytes_are_the_same_version(home, table):
    first = datasets.upload(LOCAL, table, table.name)
    again = datasets.upload(LOCAL, io.BytesIO(table.read_bytes()), "renamed.csv")
    assert again.id == first.id
    assert again.reused
    assert len(datasets.list_(LOCAL)) == 1


def test_other_rows_with_the_same_columns_are_the_next_version(home, table):
    datasets.upload(LOCAL, table, table.name)
    table.write_text(table.read_text("utf-8") + "又一条,正常\n", "utf-8")
    assert datasets.upload(LOCAL, table, table.name).reference == "dataset:消息@2"
    assert [view.rows for view in datasets.versions(LOCAL, "消息")] == [61, 60]
    assert datasets.get(LOCAL, "消息@1").rows == 60


def test_other_columns_need_another_name_or_consent(home, table):
    datasets.upload(LOCAL, table, table.name)
    other = b"text,class\nhello there,a\ngood morning,b\n"
    assert datasets.upload(LOCAL, io.BytesIO(other), "消息.csv").name == "消息-2"
    another = other + b"good night,b\n"
    with pytest.raises(InkstoneError) as refused:
        datasets.upload(LOCAL, io.BytesIO(another), "x.csv", "消息")
    assert refused.value.code == "dataset.other_columns"
    assert datasets.upload(LOCAL, io.BytesIO(another), "x.csv", "消息", replace=True).version == 2


def test_a_folder_of_files_is_a_dataset(home, tmp_path):
    folder = tmp_path / "sms"
    folder.mkdir()
    (folder / "广告.txt").write_text("便宜卖了\n打折啦\n", "utf-8")
    (folder / "正常.txt").write_text("明天见\n好的\n", "utf-8")
    view = datasets.upload(LOCAL, folder, folder.name)
    assert (view.rows, view.roles["label"]) == (4, view.columns[1].name)
    assert datasets.upload(LOCAL, folder, folder.name).reused


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "data.empty_file"),
        (b"text,label\n", "data.header_only"),
        (b"PK\x03\x04 not a zip at all", "data.broken_file"),
        (_zip(**{"../evil.txt": "a\n"}), None),
        (b"text,text\na,b\n", "data.duplicate_columns"),
        (bytes(range(256)) * 40, None),
    ],
)
def test_a_bad_file_leaves_nothing(home: Path, content: bytes, code: str | None):
    with pytest.raises(InkstoneError) as problem:
        datasets.upload(LOCAL, io.BytesIO(content), "bad.csv")
    assert code is None or problem.value.code == code
    assert problem.value.what.zh and problem.value.fix.en
    assert datasets.list_(LOCAL) == []
    assert list((home / "uploads").iterdir()) == []
    assert not (home / "datasets").exists() or list((home / "datasets").iterdir()) == []


def test_an_upload_that_is_too_large_leaves_nothing(home, monkeypatch):
    monkeypatch.setenv("INKSTONE_MAX_UPLOAD", "1KiB")
    with pytest.raises(InkstoneError) as problem:
        datasets.upload(LOCAL, io.BytesIO(b"text\n" + b"hello\n" * 1000), "large.csv")
    assert problem.value.code == "upload.too_large"
    assert list((home / "uploads").iterdir()) == []


def test_a_reader_that_goes_away_leaves_nothing(home):
    with pytest.raises(ConnectionError), datasets.Incoming(LOCAL, "half.csv") as incoming:
        incoming.write(b"text,label\nhalf a row")
        raise ConnectionError
    assert list((home / "uploads").iterdir()) == []
    assert datasets.list_(LOCAL) == []


def test_preview_pages_and_searches(home, table):
    datasets.upload(LOCAL, table, table.name)
    page = datasets.preview(LOCAL, "消息", offset=10, limit=2)
    assert (page.positions, page.total) == ([10, 11], 60)
    found = datasets.preview(LOCAL, "消息", search="第5")
    assert found.total == 11
    assert all("第5" in row[0] for row in found.rows)


def test_roles_name_columns_that_exist(home, table):
    datasets.upload(LOCAL, table, table.name)
    assert datasets.set_roles(LOCAL, "消息", {"label": "标签"}).roles == {"label": "标签"}
    assert datasets.schema(LOCAL, "消息").roles == {"label": "标签"}
    for roles, code in (({"label": "nix"}, "dataset.unknown_column"), ({"nix": "标签"}, "dataset.unknown_role")):
        with pytest.raises(InkstoneError) as problem:
            datasets.set_roles(LOCAL, "消息", roles)
        assert problem.value.code == code


def test_a_trashed_name_is_free_again(home, table):
    datasets.upload(LOCAL, table, table.name)
    datasets.trash(LOCAL, "消息")
    assert datasets.list_(LOCAL) == []
    with pytest.raises(InkstoneError):
        datasets.get(LOCAL, "消息")
    assert datasets.upload(LOCAL, table, table.name).reference == "dataset:消息@1"


def test_a_full_disk_says_so_and_leaves_nothing(home, table, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("inkstone.components.data.reading.read_table", full)
    with pytest.raises(InkstoneError) as problem:
        datasets.upload(LOCAL, table, table.name)
    assert problem.value.code == "system.disk_full"
    assert list((home / "uploads").iterdir()) == []


def test_what_a_killed_upload_left_is_removed_after_a_day(home):
    old, new = home / "uploads" / "old", home / "uploads" / "new"
    for folder in (old, new):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    uploads.remove_abandoned()
    assert list((home / "uploads").iterdir()) == [new]
