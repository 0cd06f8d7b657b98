"""Takes a file out of a request: the field ``file`` of a form, or the raw body."""

from typing import Any

from anyio import to_thread
from fastapi import Request
from starlette.datastructures import UploadFile

from inkstone.backend.service.errors import UPLOAD_ABSENT
from inkstone.backend.service.incoming_file import IncomingFile

_CHUNK = 1 << 20
_FORM: dict[str, Any] = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {"file": {"type": "string", "format": "binary"}},
        }
    }
}
FILE_BODY: dict[str, Any] = {"requestBody": {"content": _FORM}}
ZIP_BODY: dict[str, Any] = {
    "requestBody": {"content": {**_FORM, "application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


async def receive(request: Request, incoming: IncomingFile) -> None:
    """Pass the file of a request on, piece by piece.

    Raises:
        InkstoneError: ``upload.absent`` or ``upload.too_large``.
    """
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        async for chunk in request.stream():
            await to_thread.run_sync(incoming.write, chunk)
        return
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UPLOAD_ABSENT(at="file")
        incoming.file_name = (file.filename or incoming.file_name)[:200]
        while chunk := await file.read(_CHUNK):
            await to_thread.run_sync(incoming.write, chunk)
