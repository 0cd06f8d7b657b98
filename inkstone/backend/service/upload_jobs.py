"""Uploads of large files: taken in at once, parsed by a process of their own that tells how far it is and can be stopped."""

import re
import shutil
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from inkstone import paths
from inkstone.backend.service import data_jobs
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.service.errors import UPLOAD_MISSING, UPLOAD_TOO_LARGE
from inkstone.backend.service.settings import max_upload, readable_bytes
from inkstone.backend.service.uploads import upload
from inkstone.backend.service.views import JobView
from inkstone.backend.store.artifacts import disk_errors
from inkstone.components.data.options import Progress

_CHUNK = 1 << 20
_KEY = re.compile(r"^[0-9a-f]{32}$")


def begin(actor: Actor, stream: BinaryIO, file_name: str) -> str:
    """Copy a file to disk and start parsing it; return the key under which to look.

    Raises:
        InkstoneError: ``upload.too_large`` or ``system.disk_full``.
    """
    require_create(actor, "dataset.upload")
    key = uuid4().hex
    folder = _folder(key)
    folder.mkdir()
    try:
        with disk_errors(folder), (folder / "upload").open("wb") as file:
            while chunk := stream.read(_CHUNK):
                file.write(chunk)
                if file.tell() > max_upload():
                    raise UPLOAD_TOO_LARGE(limit=readable_bytes(max_upload()))
        data_jobs.start(actor, "upload", folder, "", {"file": str(folder / "upload"), "file_name": file_name})
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return key


def look(actor: Actor, key: str) -> JobView:
    """Return how far an upload is; its result is the dataset version."""
    require_create(actor, "dataset.upload")
    return data_jobs.look("upload", _folder(key))


def stop(actor: Actor, key: str) -> None:
    """Stop an upload: neither a file nor a row stays."""
    require_create(actor, "dataset.upload")
    data_jobs.stop(_folder(key))


def work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``upload``."""
    file = Path(params["file"])
    try:
        return upload(actor, file, params["file_name"], progress=progress).model_dump(mode="json")
    finally:
        file.unlink(missing_ok=True)


def _folder(key: str) -> Path:
    if not _KEY.match(key):
        raise UPLOAD_MISSING(name=key[:40])
    return paths.inside(paths.folder("uploads"), f"job-{key}")
