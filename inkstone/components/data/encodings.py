"""Finds the encoding of a text file by its content, and the row at which a wrong encoding fails."""

import codecs
from pathlib import Path

from inkstone.components.data.errors import UNDECODABLE, UNKNOWN_ENCODING

_BLOCK = 4 << 20
_SAMPLE = 1 << 20
_ASCII = bytes(range(128))


def find_encoding(path: Path, name: str, wanted: str = "auto") -> str:
    """Return the Python name of the encoding of a file, checked over the whole file.

    Order: byte order mark, UTF-8, UTF-16 without mark, GB18030, then what charset-normalizer believes.

    Args:
        path: The file.
        name: What the user calls it.
        wanted: ``auto``, or the encoding the user chose.

    Raises:
        InkstoneError: ``data.undecodable`` with the row, or ``data.unknown_encoding``.
    """
    if wanted != "auto":
        try:
            encoding = codecs.lookup(wanted).name
        except LookupError as error:
            raise UNKNOWN_ENCODING(encoding=wanted, at="encoding") from error
        encoding = _with_mark(encoding, _head(path))
        _require(path, name, encoding)
        return encoding
    head = _head(path)
    marked = _marked(head)
    if marked:
        _require(path, name, marked)
        return marked
    failed_at = first_bad_line(path, "utf-8")
    if failed_at is None:
        return "utf-8"
    head = _telling_part(path)
    wide = _utf16_without_mark(head)
    if wide and first_bad_line(path, wide) is None:
        return wide
    if _is_damaged_utf8(head):
        raise UNDECODABLE(file=name, encoding="UTF-8", row=failed_at)
    if _looks_chinese(head) and first_bad_line(path, "gb18030") is None:
        return "gb18030"
    guessed = _guess(head)
    if guessed and first_bad_line(path, guessed) is None:
        return guessed
    raise UNDECODABLE(file=name, encoding="UTF-8", row=failed_at)


def first_bad_line(path: Path, encoding: str) -> int | None:
    """Return the one-based line at which ``encoding`` fails, or None when the whole file decodes."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                line += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                return line + good.decode(encoding, "ignore").count("\n")
            except UnicodeError:  # such as UTF-16 without its mark
                return line
            if not block:
                return None


def _require(path: Path, name: str, encoding: str) -> None:
    bad = first_bad_line(path, encoding)
    if bad is not None:
        raise UNDECODABLE(file=name, encoding=encoding, row=bad)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_SAMPLE)


def _telling_part(path: Path) -> bytes:
    """Return the part of the file from its first byte that is not ASCII; all that lies before says nothing."""
    with path.open("rb") as file:
        position = 0
        while block := file.read(_SAMPLE):
            if not block.isascii():
                start = position + len(block) - len(block.lstrip(_ASCII))
                file.seek(start - start % 2)  # even, so that the two bytes of UTF-16 stay together
                return file.read(_SAMPLE)
            position += len(block)
    return b""


def _is_damaged_utf8(head: bytes) -> bool:
    """Return whether most characters beyond ASCII are good UTF-8, so that the bad bytes are damage, not another encoding."""
    text = head.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(char > "\x7f" for char in text) - bad
    return good >= bad


def _marked(head: bytes) -> str | None:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return None


def _with_mark(encoding: str, head: bytes) -> str:
    """Return the variant that swallows a byte order mark when there is one."""
    return "utf-8-sig" if encoding == "utf-8" and head.startswith(codecs.BOM_UTF8) else encoding


def _utf16_without_mark(head: bytes) -> str | None:
    """Return the byte order when every second byte of line breaks, digits and letters is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 200 or min(even, odd) > max(even, odd) / 10:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _looks_chinese(head: bytes) -> bool:
    """Return whether the double bytes are mostly the 3,755 commonest characters and punctuation of GB 2312.

    Nearly any bytes decode as GB18030, so being decodable says little; Latin-1 text read as GB18030 gives rare characters.
    """
    text = head.decode("gb18030", "ignore")
    wide = [char for char in text if ord(char) > 127]
    common = sum(_is_common(char) for char in wide)
    return bool(wide) and common / len(wide) > 0.7


def _is_common(char: str) -> bool:
    encoded = char.encode("gb18030")
    return len(encoded) == 2 and encoded[1] >= 0xA1 and (0xB0 <= encoded[0] <= 0xD7 or encoded[0] in {0xA1, 0xA3})


def _guess(head: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(head[: 256 << 10]).best()
    return best.encoding if best and best.encoding != "utf_8" else None
