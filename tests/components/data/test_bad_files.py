"""Whatever is wrong with a file: an error with a code, the place and a way out, and nothing left behind."""

import io
import json
import zipfile

import pytest

from inkstone.components.data.options import Limits
from inkstone.components.errors import InkstoneError


def zipped(members: dict[str, bytes | str], **attributes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for key, value in attributes.items():
                setattr(entry, key, value)
            archive.writestr(entry, content)
    return buffer.getvalue()


def damaged(archive: bytes) -> bytes:
    return archive[:45] + bytes([archive[45] ^ 255]) + archive[46:]


GOOD = "text,label\n一,a\n二,b\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20

CASES = {
    "nothing": (b"", "data.empty_file", None),
    "only blanks": (b"\xef\xbb\xbf \n\n", "data.empty_file", None),
    "header only": ("text,label\n", "data.header_only", None),
    "image called csv": (PNG, "data.not_text", None),
    "random bytes": (bytes((number * 7919) % 256 for number in range(5000)), "data.not_text", None),
    "old excel": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "data.not_text", None),
    "broken zip": (zipped({"a.csv": GOOD})[:-30], "data.broken_file", None),
    "zip with damaged content": (damaged(zipped({"a.csv": GOOD * 50})), "data.broken_file", None),
    "zip that climbs": (zipped({"../a.csv": GOOD}), "data.unsafe_archive", None),
    "zip with backslashes": (zipped({"..\\a.csv": GOOD}), "data.unsafe_archive", None),
    "zip from the root": (zipped({"/etc/a.csv": GOOD}), "data.unsafe_archive", None),
    "zip with a drive": (zipped({"C:/a.csv": GOOD}), "data.unsafe_archive", None),
    "zip with a link": (zipped({"a.csv": "/etc/passwd"}, external_attr=0o120777 << 16), "data.unsafe_archive", None),
    "zip bomb": (zipped({"a.csv": b"0" * (60 << 20)}), "data.zip_bomb", None),
    "zip in a zip": (zipped({"a.zip": zipped({"a.csv": GOOD})}), "data.unknown_format", None),
    "zip of nothing": (zipped({"README.md": "x"}), "data.no_files", None),
    "zip of several tables": (zipped({"a.csv": GOOD, "b.csv": GOOD}), "data.several_tables", None),
    "word document": (zipped({"[Content_Types].xml": "x", "word/document.xml": "x"}), "data.unknown_format", None),
    "broken workbook": (zipped({"[Content_Types].xml": "x", "xl/workbook.xml": "<x"}), "data.broken_file", None),
    "broken parquet": (b"PAR1" + b"\1" * 100, "data.broken_file", None),
    "same column twice": ("text,label,text\n一,a,b\n", "data.duplicate_columns", 1),
    "too few cells": ("text,label\n" + "一,a\n" * 8 + "二\n", "data.ragged_row", 10),
    "too many cells": ('text,label\n"多\n行",a\n二,b\n三,c,d\n' + "四,d\n" * 9, "data.ragged_row", 4),
    "cut json": (json.dumps([{"text": "一"}] * 5)[:-3], "data.broken_file", None),
    "json without rows": ('{"a": {"0": 1}, "b": {"0": 2}}', "data.json_shape", None),
    "json with two lists": ('{"train": [{"t": 1}], "dev": [{"t": 2}]}', "data.json_shape", None),
    "json of numbers": ("[{}, 1]", "data.json_shape", 2),
    "cut json line": ('{"text": "一"}\n{"text": "二"\n{"text": "三"}\n', "data.json_shape", 2),
    "list here, value there": ('{"x": ["a"]}\n{"x": "a"}\n', "data.mixed_column", 2),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_file(read, tmp_path, case):
    content, code, row = CASES[case]
    with pytest.raises(InkstoneError) as caught:
        read(content, "data.csv")
    assert caught.value.code == code
    assert row is None or caught.value.row == row
    assert {item.name for item in tmp_path.iterdir()} == {"0-upload"}
    for language in ("zh", "en"):
        assert "{" not in caught.value.message(language).replace('{"text"', "").replace("[{", "")


def test_cell_of_300_000_characters(read):
    with pytest.raises(InkstoneError) as caught:
        read("text,label\n一,a\n" + "长" * 300_000 + ",b\n")
    assert (caught.value.code, caught.value.row, caught.value.at) == ("data.cell_too_long", 3, "text")


def test_cell_larger_than_a_block(read, monkeypatch):
    monkeypatch.setattr("inkstone.components.data.readers.delimited._BLOCK_BYTES", 200_000)
    with pytest.raises(InkstoneError) as caught:
        read("text,label\n一,a\n" + "长" * 300_000 + ",b\n")
    assert (caught.value.code, caught.value.row, caught.value.at) == ("data.cell_too_long", 3, "text")


@pytest.mark.parametrize("encoding", ["auto", "utf-8", "ascii"])
def test_bytes_that_are_no_text_in_that_encoding(read, encoding):
    content = "text,label\n一,a\n".encode() + b"bad \xff\xfe\x81 byte,b\n" + "再来,b\n".encode() * 3
    with pytest.raises(InkstoneError) as caught:
        read(content, encoding=encoding)
    assert caught.value.code == "data.undecodable"
    assert caught.value.row == (2 if encoding == "ascii" else 3)


def test_unclosed_quote_where_quotes_enclose(read):
    with pytest.raises(InkstoneError) as caught:
        read('text,label\n"一,a\n' + "二,b\n" * 30, quoting="on")
    assert (caught.value.code, caught.value.row) == ("data.ragged_row", 2)


def test_encoding_nobody_knows(read):
    with pytest.raises(InkstoneError, match=r"data\.unknown_encoding"):
        read(GOOD, encoding="klingon")


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(bytes=10), "data.too_large"),
        (Limits(rows=1), "data.too_many_rows"),
        (Limits(columns=1), "data.too_many_columns"),
    ],
)
def test_limits(read, limits, code):
    with pytest.raises(InkstoneError) as caught:
        read(GOOD, limits=limits)
    assert caught.value.code == code


def test_too_many_files_in_a_zip(read):
    members = {f"{number}.txt": "x" for number in range(20)}
    with pytest.raises(InkstoneError, match=r"data\.too_many_files"):
        read(zipped(members), limits=Limits(files=10))


def test_sheet_that_is_not_there(read):
    import openpyxl

    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append(["一"])
    book.save(buffer)
    with pytest.raises(InkstoneError, match=r"data\.no_such_sheet"):
        read(buffer.getvalue(), sheet="二月")


def test_link_in_a_folder(tmp_path):
    from inkstone.components.data.reading import read_table

    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    (folder / "b.txt").symlink_to("/etc/hostname")
    with pytest.raises(InkstoneError, match=r"data\.unsafe_archive"):
        read_table(folder, "folder", tmp_path / "table")
