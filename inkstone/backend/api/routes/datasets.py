"""Datasets: upload (multipart, or the raw body), list, preview, export, schema, roles, delete."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from inkstone.backend.api.dependencies import Limit, Offset, Search, Who
from inkstone.backend.service import data_export, datasets
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import UPLOAD_ABSENT
from inkstone.backend.service.views import DatasetVersionView, DatasetView, Preview
from inkstone.components.artifacts import TableInfo

router = APIRouter(prefix="/datasets", tags=["datasets"])
_CHUNK = 1 << 20
_UPLOAD_BODY = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "name": {"type": "string"},
                        "replace": {"type": "boolean"},
                    },
                }
            },
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        }
    }
}
Name = Annotated[str | None, Query(max_length=100, description="Name of the dataset; by default that of the file")]
Replace = Annotated[bool, Query(description="Make a new version even where the columns differ")]


@router.post("", status_code=201, openapi_extra=_UPLOAD_BODY, summary="Upload a file")
async def upload(request: Request, who: Who, name: Name = None, replace: Replace = False) -> DatasetVersionView:
    """Take a multipart form with the field ``file``, or the raw file as the body (``?name=`` names it)."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await _receive(who, name or "upload", request.stream(), name, replace)
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise UPLOAD_ABSENT(at="file")
        name = name or str(form.get("name") or "") or None
        replace = replace or form.get("replace") in ("true", "1", "on")
        return await _receive(who, file.filename or "upload", _chunks(file), name, replace)


@router.put("/{file_name}", status_code=201, summary="Upload a raw body")
async def put(
    request: Request, who: Who, file_name: str, name: Name = None, replace: Replace = False
) -> DatasetVersionView:
    """Take the raw file as the body, as ``curl --upload-file messages.csv URL/`` sends it."""
    return await _receive(who, file_name, request.stream(), name, replace)


@router.get("", summary="List datasets")
def list_datasets(who: Who, query: Search = "", limit: Limit = 100, offset: Offset = 0) -> list[DatasetView]:
    """Return datasets, newest first."""
    return datasets.list_(who, query, limit, offset)


@router.get("/{reference}", summary="One dataset version")
def get(who: Who, reference: str) -> DatasetVersionView:
    """Return a version by ``NAME`` (the newest), ``NAME@2`` or id."""
    return datasets.get(who, reference)


@router.get("/{reference}/versions", summary="All versions of a dataset")
def versions(who: Who, reference: str) -> list[DatasetVersionView]:
    """Return all versions, newest first."""
    return datasets.versions(who, reference)


class Licence(BaseModel):
    """The licence of a dataset, as its owner states it."""

    licence: str = Field(max_length=200, examples=["CC BY 4.0"])


@router.get("/{reference}/schema", summary="Columns, roles and row count")
def schema(who: Who, reference: str) -> TableInfo:
    """Return what the table holds, without its rows."""
    return datasets.schema(who, reference)


@router.get("/{reference}/preview", summary="Some rows")
def preview(
    who: Who,
    reference: str,
    *,
    search: str | None = None,
    column: Annotated[str | None, Query(description="Only rows with ``value`` in this column")] = None,
    value: Annotated[str, Query(description="Empty: rows without a value there")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> Preview:
    """Return rows; with ``search``, those that hold it; with ``column``, those with ``value`` there."""
    filters = None if column is None else {column: value}
    return datasets.preview(who, reference, offset, limit, search, filters=filters)


@router.get("/{reference}/export", summary="Download as CSV", response_class=StreamingResponse)
def export(who: Who, reference: str) -> StreamingResponse:
    """Stream a version as CSV; texts that a spreadsheet would take for formulas get a leading apostrophe."""
    view = datasets.get(who, reference)
    name = quote(f"{view.name}-{view.version}.csv")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(data_export.export_csv(who, reference), media_type="text/csv", headers=headers)


@router.put("/{reference}/roles", summary="Say what the columns mean")
def set_roles(who: Who, reference: str, roles: dict[str, str]) -> DatasetVersionView:
    """Take role to column, such as ``{"text": "content", "label": "class"}``."""
    return datasets.set_roles(who, reference, roles)


@router.put("/{reference}/licence", summary="Note the licence")
def set_licence(who: Who, reference: str, body: Licence) -> DatasetVersionView:
    """Note the licence of the dataset; model cards show it."""
    return datasets.set_licence(who, reference, body.licence)


@router.delete("/{reference}", status_code=204, summary="Delete a dataset")
def delete(who: Who, reference: str) -> None:
    """Move the dataset to the trash."""
    datasets.trash(who, reference)


async def _receive(
    who: Actor, file_name: str, chunks: AsyncIterator[bytes], name: str | None, replace: bool
) -> DatasetVersionView:
    with datasets.Incoming(who, file_name) as incoming:
        async for chunk in chunks:
            await to_thread.run_sync(incoming.write, chunk)
        return await to_thread.run_sync(lambda: incoming.register(name=name, replace=replace))


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
