"""Options and limits of reading a file."""

from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Progress = Callable[[float, float], None]
"""Called with the bytes read so far and the bytes there are. May raise to stop the import."""


class Limits(BaseModel):
    """What an upload may hold.

    Attributes:
        bytes: Size of the file, and of what an archive unpacks to.
        rows: Rows of the table.
        columns: Columns of the table.
        cell: Characters of one cell. 200,000 is beyond any text a model reads (a whole novel chapter is 10,000);
            longer cells come nearly always from an unclosed quote.
        files: Files in an archive or a folder.
        ratio: Unpacked over packed size of an archive larger than 50 MiB unpacked.
    """

    model_config = ConfigDict(frozen=True)

    bytes: int = 2 << 30
    rows: int = 20_000_000
    columns: int = 1_000
    cell: int = 200_000
    files: int = 100_000
    ratio: int = 200


class ReadOptions(BaseModel):
    """How to read a file; the defaults find everything by content.

    Attributes:
        encoding: ``auto`` or the name of a text encoding.
        delimiter: ``auto``, the one character between cells, or several characters such as ``_!_`` (then nothing is quoted).
        header: Whether the first row holds column names.
        quoting: Whether double quotes enclose cells.
        sheet: Sheet of a workbook; None takes the first with content.
        bad_rows: What happens to a row with too few or too many cells.
        limits: What is refused as too large.
    """

    model_config = ConfigDict(frozen=True)

    encoding: str = "auto"
    delimiter: str = "auto"
    header: Literal["auto", "yes", "no"] = "auto"
    quoting: Literal["auto", "on", "off"] = "auto"
    sheet: str | None = None
    bad_rows: Literal["refuse", "skip"] = "refuse"
    limits: Limits = Limits()
