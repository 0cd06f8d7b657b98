"""Takes a file in, piece by piece: on any error neither a file nor a row stays."""

import hashlib
import shutil
import time
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.service import audit, dataset_rows
from inkstone.backend.service.actor import Actor, require_create, require_write
from inkstone.backend.service.errors import OTHER_COLUMNS, UPLOAD_MISSING, UPLOAD_TOO_LARGE
from inkstone.backend.service.settings import max_upload, readable_bytes
from inkstone.backend.service.tables import spread_rows
from inkstone.backend.service.views import DatasetVersionView
from inkstone.backend.store.artifacts import disk_errors
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Dataset, DatasetVersion
from inkstone.components.artifacts import TableInfo, content_hash
from inkstone.components.data.options import Limits, Progress, ReadOptions

_CHUNK = 1 << 20
_ABANDONED_SECONDS = 24 * 3600
_ATTEMPTS = 5  # two uploads to one name at once: the later one takes the next number


class Incoming:
    """An upload on its way: a folder of its own below ``uploads``, removed at the end whatever happens.

    Example:
        >>> with Incoming(actor, "messages.csv") as incoming:
        ...     for chunk in stream:
        ...         incoming.write(chunk)
        ...     view = incoming.register(name="messages")

    Args:
        actor: Who uploads.
        file_name: The name the file had; only shown, never used as a path.
    """

    def __init__(self, actor: Actor, file_name: str) -> None:
        require_create(actor, "dataset.upload")
        self.actor = actor
        self.file_name = PurePosixPath(file_name.replace("\\", "/")).name[:255] or "upload"
        self.limit = max_upload()
        self.bytes = 0
        self._digest = hashlib.sha256()
        self._sha256: str | None = None
        self.folder = paths.inside(paths.folder("uploads"), uuid4().hex)

    def __enter__(self) -> Self:
        (self.folder / "raw").mkdir(parents=True)
        self._file = self._raw.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _raw(self) -> Path:
        return self.folder / "raw" / "upload"

    def write(self, chunk: bytes) -> None:
        """Add the next bytes, or raise ``upload.too_large``."""
        self._count(len(chunk))
        self._digest.update(chunk)
        with disk_errors(self.folder):
            self._file.write(chunk)

    def take(self, source: Path) -> None:
        """Copy a local file or folder in."""
        if source.is_dir():
            self._take_folder(source)
        elif source.is_file():
            with source.open("rb") as file:
                self.take_stream(file)
        else:
            raise UPLOAD_MISSING(name=source.name)

    def take_stream(self, stream: BinaryIO) -> None:
        """Copy an open file in."""
        while chunk := stream.read(_CHUNK):
            self.write(chunk)

    def _take_folder(self, source: Path) -> None:
        self._file.close()
        self._raw.unlink()
        for item in sorted(source.rglob("*")):
            if item.is_file() and not item.is_symlink():
                self._count(item.stat().st_size)
                target = paths.inside(self._raw, item.relative_to(source).as_posix())
                target.parent.mkdir(parents=True, exist_ok=True)
                with disk_errors(self.folder):
                    shutil.copyfile(item, target)
        self._raw.mkdir(exist_ok=True)
        self._sha256 = content_hash(self._raw)

    def _count(self, size: int) -> None:
        self.bytes += size
        if self.bytes > self.limit:
            raise UPLOAD_TOO_LARGE(limit=readable_bytes(self.limit))

    def register(
        self,
        *,
        name: str | None = None,
        replace: bool = False,
        progress: Progress | None = None,
        roles: Mapping[str, str] | None = None,
        made: Mapping[str, Any] | None = None,
    ) -> DatasetVersionView:
        """Parse what came, and make it a version of a dataset.

        Args:
            name: The dataset; by default named after the file.
            replace: Make a new version even where the columns differ from those of the dataset.
            progress: Called while parsing with bytes done and in total.
            roles: Which column is what; by default guessed.
            made: How the version was made, if it was made here.

        Returns:
            The new version, or the one that holds the same bytes already (``reused``).
        """
        with disk_errors(self.folder):
            self._file.close()
        sha256 = self._sha256 or self._digest.hexdigest()
        wanted = paths.safe_name(name) if name else None
        with session() as db:
            known = dataset_rows.with_content(db, sha256, wanted)
            if known is not None:
                return dataset_rows.version_view(known, reused=True)
        info, guessed = self._parse(progress)
        facts = {"roles": guessed if roles is None else dict(roles), "made": made and dict(made)}
        for attempt in range(_ATTEMPTS):
            try:
                return self._insert(sha256, wanted, replace, info, facts)
            except IntegrityError:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    def _parse(self, progress: Progress | None) -> tuple[TableInfo, dict[str, str]]:
        from inkstone.components.data.reading import read_table
        from inkstone.components.data.roles import SAMPLE_ROWS, guess_roles

        options = ReadOptions(limits=Limits(bytes=self.limit))
        table = self.folder / "table"
        with disk_errors(self.folder):
            info = read_table(self._raw, self.file_name, table, options, progress)
        guesses = guess_roles(info, spread_rows(table, SAMPLE_ROWS))
        return info, {str(role): guess.column for role, guess in guesses.items()}

    def _insert(
        self, sha256: str, wanted: str | None, replace: bool, info: TableInfo, facts: dict[str, Any]
    ) -> DatasetVersionView:
        target: Path | None = None
        try:
            with session() as db:
                dataset = self._dataset(db, wanted, replace, info)
                number = max((item.number for item in dataset.versions), default=0) + 1
                version = DatasetVersion(
                    dataset=dataset,
                    number=number,
                    file_name=self.file_name,
                    bytes=self.bytes,
                    sha256=sha256,
                    folder=f"datasets/{dataset.id}/{number}",
                    rows=info.rows,
                    info=info.model_dump(mode="json"),
                    **facts,
                )
                db.add(version)
                audit.record(db, self.actor, "dataset.upload", f"{dataset.name}@{number}", file=self.file_name)
                db.flush()
                place = paths.inside(paths.folder("datasets"), dataset.id, str(number))
                place.parent.mkdir(parents=True, exist_ok=True)
                self.folder.rename(place)
                target = place
                view = dataset_rows.version_view(version)
            return view
        except BaseException:
            if target is not None:
                target.rename(self.folder)
            raise

    def _dataset(self, db: Session, wanted: str | None, replace: bool, info: TableInfo) -> Dataset:
        """Return the dataset that takes the version, made where there is none."""
        name = wanted or dataset_rows.name_for(self.file_name)
        for candidate in dataset_rows.candidates(name) if wanted is None else [name]:
            dataset = db.scalar(select(Dataset).where(Dataset.name == candidate))
            if dataset is None:
                dataset = Dataset(name=candidate, owner_id=self.actor.user_id)
                db.add(dataset)
                db.flush()
                return dataset
            if wanted is None and not dataset_rows.takes(dataset, self.actor, info):
                continue
            require_write(self.actor, dataset.owner_id, "dataset.upload")
            if not replace and not dataset_rows.same_columns(dataset, info):
                old = ", ".join(dataset_rows.columns(dataset))
                raise OTHER_COLUMNS(name=name, old=old, new=", ".join(item.name for item in info.columns))
            dataset.trashed_at = None
            return dataset
        raise AssertionError("the numbers ran out")


def remove_abandoned() -> None:
    """Remove what uploads left behind whose process was killed: folders untouched for a day."""
    for folder in paths.folder("uploads").iterdir():
        if time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def upload(
    actor: Actor,
    file: Path | BinaryIO,
    file_name: str,
    name: str | None = None,
    *,
    replace: bool = False,
    progress: Progress | None = None,
) -> DatasetVersionView:
    """Take a file (or a folder of files) in, and make it a version of a dataset.

    Args:
        actor: Who uploads.
        file: A local path or an open binary file.
        file_name: The name it had.
        name: The dataset; by default named after the file.
        replace: Make a new version even where the columns differ.
        progress: Called while parsing.
    """
    with Incoming(actor, file_name) as incoming:
        if isinstance(file, Path):
            incoming.take(file)
        else:
            incoming.take_stream(file)
        return incoming.register(name=name, replace=replace, progress=progress)
