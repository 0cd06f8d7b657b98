"""The artifact store: folders named by the hash of their content, written whole or not at all, then never changed."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from inkstone import paths
from inkstone.backend.store.errors import ARTIFACT_DAMAGED, ARTIFACT_LINK, ARTIFACT_MISSING
from inkstone.components.artifacts import content_hash
from inkstone.components.errors import DISK_FULL

_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Stored:
    """A folder in the store.

    Attributes:
        sha256: Its content hash, which is also its name.
        bytes: The size of its files together.
    """

    sha256: str
    bytes: int


class ArtifactStore:
    """Artifacts below one folder.

    Attributes:
        root: The folder; ``INKSTONE_HOME/artifacts`` unless another is given.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or paths.folder("artifacts")

    def put(self, folder: Path) -> Stored:
        """Take a folder into the store; afterwards it lies there under its content hash and ``folder`` may be gone.

        The folder is moved (copied from another disk) to a temporary name, its files are written through to the disk, and
        only then it gets its name. A folder that lies in the store already is left where it is.

        Raises:
            InkstoneError: ``system.disk_full`` or ``store.artifact_link``.
        """
        folder = folder.resolve()
        if folder.is_relative_to(self.root.resolve()):
            return self._describe(folder, folder.name)
        unfinished = self.root / f"{_UNFINISHED}{uuid4().hex}"
        with disk_errors(self.root):
            try:
                self._take(folder, unfinished)
                sha256 = content_hash(unfinished)
                target = self._target(sha256)
                if not target.exists():
                    _write_through(unfinished)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    self._rename(unfinished, target)
                    _sync_folder(target.parent)
                return self._describe(target, sha256)
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)

    def has(self, sha256: str) -> bool:
        """Return whether an artifact is in the store."""
        return bool(_SHA256.match(sha256)) and self._target(sha256).is_dir()

    def path(self, sha256: str) -> Path:
        """Return the folder of an artifact.

        Raises:
            InkstoneError: ``store.artifact_missing``.
        """
        if not self.has(sha256):
            raise ARTIFACT_MISSING(artifact=sha256[:12])
        return self._target(sha256)

    def verify(self, sha256: str) -> None:
        """Hash an artifact again.

        Raises:
            InkstoneError: ``store.artifact_missing``, or ``store.artifact_damaged`` when a file was changed.
        """
        if content_hash(self.path(sha256)) != sha256:
            raise ARTIFACT_DAMAGED(artifact=sha256[:12])

    def remove(self, sha256: str) -> None:
        """Delete an artifact, if it is there. Its rows must be gone first."""
        if self.has(sha256):
            doomed = self.root / f"{_UNFINISHED}{uuid4().hex}"
            self._target(sha256).rename(doomed)  # gone at once for everybody, then deleted at leisure
            shutil.rmtree(doomed, ignore_errors=True)

    def _target(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256

    @staticmethod
    def _take(folder: Path, unfinished: Path) -> None:
        for item in folder.rglob("*"):
            if item.is_symlink():
                raise ARTIFACT_LINK(file=item.name)
        try:
            folder.rename(unfinished)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            shutil.copytree(folder, unfinished)

    @staticmethod
    def _rename(unfinished: Path, target: Path) -> None:
        try:
            unfinished.rename(target)
        except OSError:
            if not target.is_dir():  # else another process stored the same content meanwhile
                raise

    @staticmethod
    def _describe(folder: Path, sha256: str) -> Stored:
        return Stored(sha256, sum(item.stat().st_size for item in folder.rglob("*") if item.is_file()))


@contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk (or quota) into ``system.disk_full``."""
    try:
        yield
    except (OSError, shutil.Error) as error:
        if is_disk_full(error):
            raise DISK_FULL(folder=str(folder)) from error
        raise


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error means that a disk or quota is full."""
    full = {errno.ENOSPC, errno.EDQUOT}
    if isinstance(error, shutil.Error):  # copytree gathers the texts of the errors it met
        return any(os.strerror(number) in str(error) for number in full)
    return isinstance(error, OSError) and error.errno in full


def _write_through(folder: Path) -> None:
    for item in sorted(folder.rglob("*")):
        if item.is_file():
            descriptor = os.open(item, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            item.chmod(0o444)
        else:
            _sync_folder(item)
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
