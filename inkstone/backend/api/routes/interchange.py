"""Runs to and from other tools."""

from typing import Annotated, Any, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from inkstone.backend.api.dependencies import Who
from inkstone.backend.api.uploading import ZIP_BODY, receive
from inkstone.backend.service.interchange import complete, exporting, importing
from inkstone.backend.service.interchange.importing import Imported

router = APIRouter(tags=["runs"])
Runs = Annotated[list[str], Query(description="Ids of runs")]


@router.get("/run-export", summary="Export runs", response_class=FileResponse)
def export(who: Who, runs: Runs, format: Literal["mlflow", "tensorboard"] = "mlflow") -> FileResponse:
    """Return a zip: an MLflow file store, or TensorBoard event files."""
    path = exporting.export(who, runs, format)
    return FileResponse(
        path, media_type="application/zip", filename=f"runs-{format}.zip", background=BackgroundTask(path.unlink)
    )


@router.post("/run-import", status_code=201, openapi_extra=ZIP_BODY, summary="Import MLflow runs")
async def import_runs(
    request: Request,
    who: Who,
    name: Annotated[str, Query(max_length=200, description="Name of the file")] = "mlruns.zip",
) -> Imported:
    """Take a zip of a folder ``mlruns``, or ``mlflow.db``, as the field ``file`` of a form or as the body."""
    with importing.IncomingRuns(who, name) as incoming:
        await receive(request, incoming)
        return await to_thread.run_sync(incoming.register)


@router.get("/run-facts", summary="Parameters, figures and data of runs")
def facts(who: Who, runs: Runs) -> dict[str, dict[str, Any]]:
    """Return for each run its parameters, all latest figures, and the versions of the data."""
    return complete.facts(who, runs)
