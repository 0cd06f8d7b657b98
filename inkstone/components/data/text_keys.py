"""Tells texts that are the same apart from width, case and spaces, at 8 bytes a row."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING

from inkstone.components.artifacts import Table

if TYPE_CHECKING:
    import numpy as np

_SPACES = re.compile(r"\s+")


def plain_text(text: str) -> str:
    """Return a text as it is compared: compatibility forms (width) and case folded, spaces left out."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text).casefold())


def text_key(text: str | None, pair: str | None = None) -> int:
    """Return a number for a text (or pair of texts), the same on every machine.

    64 bits of BLAKE2b: among 20 million rows two different texts meet with a chance of about 1 in 100,000.
    """
    joined = plain_text(text or "") if pair is None else f"{plain_text(text or '')}\0{plain_text(pair)}"
    return digest(joined)


def digest(text: str) -> int:
    """Return 64 bits that stand for exactly this text."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def text_keys(table: Table, check: Callable[[], None] | None = None) -> "np.ndarray":
    """Return the key of each row's text (and second text), as unsigned 64-bit numbers.

    Args:
        table: A table with the role ``text``.
        check: Called for each batch; may raise to stop.
    """
    import numpy as np

    parts = [np.fromiter((text_key(*row) for row in rows), np.uint64, len(rows)) for rows in text_rows(table, check)]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def text_rows(table: Table, check: Callable[[], None] | None = None) -> Iterator[list[tuple[str | None, str | None]]]:
    """Stream (text, second text or None) in lists of bounded size."""
    text, pair = table.column("text"), table.info.roles.get("text_pair")
    for batch in table.batches([text] + ([pair] if pair else [])):
        if check:
            check()
        texts = batch.column(text).to_pylist()
        pairs = [value or "" for value in batch.column(pair).to_pylist()] if pair else [None] * len(texts)
        yield list(zip(texts, pairs, strict=True))
