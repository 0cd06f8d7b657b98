"""Finds out what a file is, by its content: the kind, and for delimited text the delimiter, quoting and header."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inkstone.components.archives import reading_zip
from inkstone.components.data.errors import BROKEN_FILE, EMPTY_FILE, NOT_TEXT, UNKNOWN_FORMAT
from inkstone.components.data.header import has_header

Kind = Literal["delimited", "lines", "json", "jsonl", "xlsx", "parquet", "zip"]
DELIMITERS = (",", "\t", ";", "|")
LONG_DELIMITERS = ("_!_", "|||", "||", "::")
SAMPLE_BYTES = 1 << 20
_ENCLOSED = re.compile(r'^"(?:[^"]|"")*"$')

# Files that people drop by mistake: first bytes, Chinese name, English name.
_OTHER_FILES = [
    (b"\x89PNG", "PNG 图片", "a PNG image"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG image"),
    (b"GIF8", "GIF 图片", "a GIF image"),
    (b"%PDF", "PDF 文档", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文件（.xls、.doc）", "an old Office file (.xls, .doc)"),
    (b"\x1f\x8b", "gzip 压缩文件", "a gzip file"),
    (b"7z\xbc\xaf", "7z 压缩文件", "a 7z archive"),
    (b"Rar!", "RAR 压缩文件", "a RAR archive"),
    (b"\xfd7zXZ", "xz 压缩文件", "an xz file"),
    (b"BZh", "bzip2 压缩文件", "a bzip2 file"),
    (b"\x7fELF", "程序文件", "a program"),
    (b"MZ\x90", "程序文件", "a program"),
    (b"SQLite format 3", "SQLite 数据库", "an SQLite database"),
]


@dataclass(frozen=True)
class Dialect:
    """How delimited text is written.

    Attributes:
        delimiter: What stands between cells: one character, or one of ``LONG_DELIMITERS``.
        quoting: Whether double quotes enclose cells.
        header: Whether the first row holds column names.
        columns: Cells of the first row.
    """

    delimiter: str
    quoting: bool
    header: bool
    columns: int


def find_kind(path: Path, name: str) -> Kind:
    """Return what kind of file this is; ``delimited`` for any text that is not JSON.

    Raises:
        InkstoneError: The file is empty, binary, or of a format that cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE_BYTES)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise EMPTY_FILE(file=name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return _kind_of_zip(path, name)
    _refuse_binary(head, name)
    return "delimited"


def _kind_of_zip(path: Path, name: str) -> Kind:
    with reading_zip(path, lambda reason: BROKEN_FILE(file=name, format="zip", detail=reason)) as archive:
        members = archive.namelist()
    if "xl/workbook.xml" in members:
        return "xlsx"
    if "[Content_Types].xml" in members:
        raise UNKNOWN_FORMAT(file=name, found="Office 文档，不是工作簿", found_en="an Office document, not a workbook")
    return "zip"


def _refuse_binary(head: bytes, name: str) -> None:
    for magic, zh, en in _OTHER_FILES:
        if head.startswith(magic):
            raise NOT_TEXT(file=name, found=zh, found_en=en)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return
    sample = head[: 64 << 10]
    strange = sum(byte < 32 and byte not in (0, 9, 10, 12, 13, 27) for byte in sample)
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    is_wide = max(even, odd) > len(sample) / 200 and min(even, odd) <= max(even, odd) / 10
    if strange > len(sample) / 50 or (even + odd and not is_wide):
        raise NOT_TEXT(file=name, found="二进制数据", found_en="binary data")


def kind_of_text(sample: str, *, complete: bool) -> Kind:
    """Tell JSON, JSON lines and delimited text apart.

    Args:
        sample: The beginning of the file.
        complete: Whether it is the whole file.
    """
    start = sample.lstrip("\ufeff \t\r\n")
    if start.startswith("{"):
        first, _, rest = start.partition("\n")
        first_is_whole = _is_json(first)
        if first_is_whole:
            return "jsonl" if rest.strip() or _is_row(first) else "json"
        return "json" if re.match(r'\{\s*("|\})', start) else "delimited"
    if re.match(r'\[\s*(\{|\[|"|\])', start):
        first, _, rest = start.partition("\n")
        if complete and not _is_json(start) and not re.match(r"\[\s*\{", start):
            return "delimited"
        return "jsonl" if _is_json(first) and rest.lstrip().startswith("[") else "json"
    return "delimited"


def _is_row(source: str) -> bool:
    """Return whether an object alone in its file is one row, and not a table inside an object."""
    from pydantic_core import from_json

    values = from_json(source).values()
    return not any(
        isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict))
        for value in values
    )


def _is_json(source: str) -> bool:
    from pydantic_core import from_json

    try:
        from_json(source)
    except ValueError:
        return False
    return True


def find_dialect(sample: str, name: str, *, complete: bool) -> Dialect | None:
    """Return how delimited text is written, or None for plain lines without columns.

    Args:
        sample: The beginning of the file, decoded.
        name: Its name; breaks ties alone.
        complete: Whether the sample is the whole file; otherwise its last record may be cut and is left out.
    """
    long = _long_delimiter(sample, complete=complete)
    best: tuple[float, int, str, bool] | None = None
    for delimiter in DELIMITERS:
        if delimiter not in sample or (long and delimiter in long.delimiter):
            continue
        for quoting in _quoting_styles(sample):
            widths = [len(row) for row in parse(sample, delimiter, quoting, complete=complete)]
            consistency, columns = _consistency(widths)
            if columns > 1 and (best is None or (consistency, columns) > (best[0], best[1])):
                best = (consistency, columns, delimiter, quoting)
    named = {".csv": ",", ".tsv": "\t"}.get(Path(name).suffix.lower())
    if (best is None or best[0] < 0.8) and named and named in sample.split("\n", 1)[0]:
        best = (1.0, len(parse(sample, named, True, complete=complete)[0]), named, True)
    if long and (best is None or best[0] < 0.95 or best[1] < long.columns):
        return long
    if best is None or best[0] < 0.8:
        return None
    _, _, delimiter, quoting = best
    rows = parse(sample, delimiter, quoting, complete=complete)
    return Dialect(delimiter, quoting, has_header(rows), len(rows[0]))


def _long_delimiter(sample: str, *, complete: bool) -> Dialect | None:
    """Return how text is written whose cells are parted by several characters: nearly every line has as many of them."""
    for delimiter in LONG_DELIMITERS:
        if delimiter not in sample:
            continue
        rows = parse(sample, delimiter, False, complete=complete)
        consistency, columns = _consistency([len(row) for row in rows])
        if columns > 1 and consistency >= 0.95:
            return Dialect(delimiter, False, has_header(rows), len(rows[0]))
    return None


def parse(sample: str, delimiter: str, quoting: bool, *, complete: bool = True, limit: int = 1000) -> list[list[str]]:
    """Return the first records of delimited text, blank lines left out."""
    if len(delimiter) > 1:
        lines = [line for line in sample.lstrip("\ufeff").splitlines() if line.strip()]
        cut = lines if complete or len(lines) < 2 or len(lines) > limit else lines[:-1]
        return [line.split(delimiter) for line in cut[:limit]]
    csv.field_size_limit(1 << 30)
    source = io.StringIO(sample, newline="")
    style: Literal[0, 3] = csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE
    rows: list[list[str]] = []
    for row in csv.reader(source, delimiter=delimiter, quoting=style):
        if row:
            rows.append(row)
        if len(rows) > limit:
            return rows[:limit]
    return rows if complete or len(rows) < 2 else rows[:-1]


def tab_quoting(lines: Iterable[str], records: Callable[[], Iterable[list[str]]], columns: int) -> bool:
    """Return whether a tab-separated file quotes its cells, judged over the whole file.

    Tab-separated corpora are often written without quoting, and then a lone quote at the start of a text would swallow
    the rows that follow.

    Args:
        lines: The lines of the file.
        records: Makes its records as parsed with quoting; only asked when lines have differing numbers of cells.
        columns: Cells of the first row.
    """
    ragged, enclosed, open_ended = 0, 0, 0
    for line in lines:
        row = line.rstrip("\r\n")
        if not row:
            continue
        ragged += row.count("\t") != columns - 1
        if '"' in row:
            quoted = [cell for cell in row.split("\t") if cell.startswith('"')]
            whole = sum(bool(_ENCLOSED.match(cell)) for cell in quoted)
            enclosed += whole
            open_ended += len(quoted) - whole
    if not enclosed and not open_ended:
        return False
    if ragged:
        return sum(len(row) != columns for row in records() if row) < ragged
    return open_ended == 0


def _quoting_styles(sample: str) -> list[bool]:
    """Return the styles worth trying, the likelier first."""
    return [True, False] if '"' in sample else [True]


def _consistency(widths: list[int]) -> tuple[float, int]:
    if not widths:
        return 0.0, 0
    columns = max(set(widths), key=lambda width: (widths.count(width), width))
    return widths.count(columns) / len(widths), columns
