"""Predictions of whole files as jobs that outlive the service."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from inkstone.backend.api.dependencies import Who
from inkstone.backend.api.uploading import FILE_BODY, receive
from inkstone.backend.service import prediction_jobs
from inkstone.backend.service.file_predictions import Wish
from inkstone.backend.service.incoming_file import IncomingFile
from inkstone.backend.service.views import PredictionView

router = APIRouter(tags=["models"])
_Column = Annotated[str | None, Query(max_length=200, description="Column of the texts; else guessed")]


@router.post(
    "/models/{reference}/predictions", status_code=202, openapi_extra=FILE_BODY, summary="Predict every row of a file"
)
async def begin(
    request: Request,
    who: Who,
    reference: str,
    *,
    column: _Column = None,
    pair_column: Annotated[str | None, Query(max_length=200, description="Column of the second texts")] = None,
    format: Annotated[str, Query(description="csv, tsv or jsonl")] = "csv",
    ray: Annotated[bool | None, Query(description="By processes on Ray; default: where a cluster is set")] = None,
) -> PredictionView:
    """Accept a file, as the field ``file`` of a form. A job that was accepted is done even if the service is killed."""
    with IncomingFile(who, "texts.csv", "model.predict") as incoming:
        await receive(request, incoming)
        wish = Wish(column, pair_column, ray, format)
        return await to_thread.run_sync(
            lambda: prediction_jobs.begin(who, reference, incoming.finished(), incoming.file_name, wish)
        )


@router.get("/predictions", summary="Predictions of files")
def list_predictions(who: Who) -> list[PredictionView]:
    """Return one's own jobs, newest first; administrators see all."""
    return prediction_jobs.list_(who)


@router.get("/predictions/{key}", summary="How far a prediction of a file is")
def look(who: Who, key: str) -> PredictionView:
    """Return its state, and rows done of all."""
    return prediction_jobs.look(who, key)


@router.get("/predictions/{key}/answers", summary="The answers")
def answers(who: Who, key: str) -> FileResponse:
    """Return the rows of the file with label and score, once the state is ``done``."""
    path, name = prediction_jobs.answers(who, key)
    return FileResponse(path, filename=name)


@router.delete("/predictions/{key}", status_code=204, summary="Stop or delete a prediction of a file")
def remove(who: Who, key: str) -> None:
    """Stop it where it is under way; else delete it with its answers."""
    prediction_jobs.remove(who, key)
