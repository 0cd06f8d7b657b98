"""The texts of a file that somebody wants answers about: lines, or the text column of a table."""

import tempfile
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from inkstone import paths
from inkstone.backend.service.errors import NO_TEXTS
from inkstone.components.artifacts import Table


@dataclass(frozen=True)
class FileTexts:
    """Texts in the order of the file.

    Attributes:
        texts: At most as many as were asked for.
        more: Whether the file holds more.
        column: The column they come from; None for lines.
    """

    texts: list[str]
    more: bool
    column: str | None


def read_texts(path: Path, most: int, column: str | None = None) -> FileTexts:
    """Return the texts of a TXT (one a line), or of a CSV, TSV, JSON, JSON lines or Excel file.

    Args:
        path: The file.
        most: How many rows to take.
        column: The column of the texts; by default the one that looks most like it.

    Raises:
        InkstoneError: ``data.*``: what is wrong with the file; ``predict.no_texts``.
    """
    lines = path.suffix.lower() == ".txt" and column is None
    found = _lines(path, most) if lines else _column(path, most, column)
    if not any(text.strip() for text in found.texts):
        raise NO_TEXTS(at="file")
    return found


def _lines(path: Path, most: int) -> FileTexts:
    from inkstone.components.data.encodings import find_encoding
    from inkstone.components.data.readers.delimited import text_lines
    from inkstone.components.data.reading import sniff

    sniff(path, path.name)
    lines = list(islice(chain.from_iterable(text_lines(path, find_encoding(path, path.name))), most + 1))
    return FileTexts(lines[:most], len(lines) > most, None)


def _column(path: Path, most: int, column: str | None) -> FileTexts:
    from inkstone.components.data.errors import NO_SUCH_COLUMN
    from inkstone.components.data.reading import read_table
    from inkstone.components.data.roles import SAMPLE_ROWS, guess_roles

    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as folder:
        info = read_table(path, path.name, Path(folder) / "table")
        rows = Table(Path(folder) / "table").dataset().select(range(min(info.rows, most))).to_list()
    names = [item.name for item in info.columns]
    if column is None:
        guess = guess_roles(info, rows[:SAMPLE_ROWS]).get("text")
        column = guess.column if guess else names[0]
    elif column not in names:
        raise NO_SUCH_COLUMN(column=column, columns=", ".join(names[:30]), hint="", at="column")
    return FileTexts(["" if row[column] is None else str(row[column]) for row in rows], info.rows > most, column)
