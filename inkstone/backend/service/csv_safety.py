"""Keeps a spreadsheet from taking a text for a formula."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutralise(value: Any) -> Any:
    """Return a cell as it may be written to CSV: texts that begin like a formula get a leading apostrophe.

    Numbers stay as they are, also when they stand in a text, such as ``-5``.

    Example:
        >>> neutralise("=1+1"), neutralise("-5"), neutralise(-5)
        ("'=1+1", '-5', -5)
    """
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    try:
        float(value)
    except ValueError:
        return "'" + value
    return value


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV that is safe to open in a spreadsheet (open ``file`` with ``newline=""``)."""
    writer = csv.writer(file)
    writer.writerow([neutralise(name) for name in columns])
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
