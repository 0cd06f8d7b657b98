"""Zip files that strangers made: every way in which one can be broken ends in the caller's own error, and no size is believed."""

import errno
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from lzma import LZMAError
from pathlib import Path

from inkstone.components.errors import InkstoneError

_BLOCK = 1 << 20
# RuntimeError: encrypted, or packed in a way that Python cannot read. The others: damaged outside or inside.
_BROKEN = (zipfile.BadZipFile, EOFError, LZMAError, OSError, RuntimeError, ValueError, zlib.error)
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextmanager
def reading_zip(path: Path, broken: Callable[[str], InkstoneError]) -> Iterator[zipfile.ZipFile]:
    """Open a zip for reading.

    Args:
        path: The zip.
        broken: Makes the error to raise, of what is wrong with the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            raise
        raise broken(str(error)[:200] or type(error).__name__) from error


def unpack_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, most: int) -> int | None:
    """Unpack one member and return its bytes, or None as soon as there are more than ``most``."""
    written = 0
    with archive.open(member) as packed, target.open("wb") as file:
        while block := packed.read(_BLOCK):
            written += len(block)
            if written > most:
                return None
            file.write(block)
    return written
