"""Encoders: list, import from a zip, verify."""

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request

from inkstone.backend.api.dependencies import Who
from inkstone.backend.api.uploading import ZIP_BODY, receive
from inkstone.backend.service import encoders

router = APIRouter(prefix="/encoders", tags=["palette"])
Name = Annotated[str, Query(max_length=100, description="What to call it")]
Sha256 = Annotated[
    str | None, Query(pattern="^[0-9a-fA-F]{64}$", description="Of pytorch_model.bin where there are no safetensors")
]
Replace = Annotated[bool, Query(description="Take the place of one of that name; administrators only")]


@router.get("", summary="List encoders")
def list_encoders(who: Who) -> list[dict[str, Any]]:
    """Return the encoders that training can start from: shipped, imported, and those of the catalogue."""
    return encoders.list_(who)


@router.post("", status_code=201, openapi_extra=ZIP_BODY, summary="Import an encoder")
async def import_encoder(
    request: Request, who: Who, name: Name, sha256: Sha256 = None, replace: Replace = False
) -> dict[str, Any]:
    """Take a zip in Hugging Face format, as the field ``file`` of a form or as the body."""
    with encoders.IncomingEncoder(who, name) as incoming:
        await receive(request, incoming)
        return await to_thread.run_sync(lambda: incoming.register(name, sha256, replace=replace))


@router.post("/{name}/verify", summary="Compare the files of an encoder with their digests")
def verify(who: Who, name: str) -> dict[str, Any]:
    """Return the facts of an encoder whose files are as they were."""
    return encoders.verify(who, name)
