"""A file on its way in: a place of its own below ``uploads``, removed at the end whatever happens."""

import shutil
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self
from uuid import uuid4

from inkstone import paths
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.service.errors import UPLOAD_TOO_LARGE
from inkstone.backend.service.settings import max_upload, readable_bytes
from inkstone.backend.store.artifacts import disk_errors


class IncomingFile:
    """A file that arrives in pieces.

    Args:
        actor: Who uploads; must be allowed to make new things.
        file_name: The name the file had; only shown.
        action: What it is for, as ``noun.verb``.
    """

    def __init__(self, actor: Actor, file_name: str, action: str) -> None:
        require_create(actor, action)
        self.actor = actor
        self.file_name = PurePosixPath(file_name.replace("\\", "/")).name[:200] or "upload"
        self.limit = max_upload()
        self._folder = paths.inside(paths.folder("uploads"), uuid4().hex)

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        self._file = (self._folder / "file").open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def write(self, chunk: bytes) -> None:
        """Add the next bytes, or raise ``upload.too_large``."""
        with disk_errors(self._folder):
            self._file.write(chunk)
        if self._file.tell() > self.limit:
            raise UPLOAD_TOO_LARGE(at="file", limit=readable_bytes(self.limit))

    def finished(self) -> Path:
        """Close the file and return where it lies until the end."""
        self._file.close()
        return self._folder / "file"
