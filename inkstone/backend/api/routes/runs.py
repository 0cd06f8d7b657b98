"""Runs: start, watch, stop, resume, continue, results."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse

from inkstone.backend.api.dependencies import Limit, Offset, Search, Who
from inkstone.backend.api.errors import BAD_REQUEST
from inkstone.backend.api.stream import ended, run_events
from inkstone.backend.events import Event
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides, bind
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.backend.service import pipelines, run_log, runs, templates
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.run_log import LogLines
from inkstone.backend.service.views import ArtifactView, Preview, RunDetail, RunResult, RunView, Series
from inkstone.backend.states import RunState

router = APIRouter(prefix="/runs", tags=["runs"])
Points = Annotated[int, Query(ge=2, le=10_000, description="At most this many points a curve")]


class NewRun(BaseModel):
    """A run to start: of a ``template``, a ``document``, a ``yaml`` text, or the draft of a pipeline (``pipeline_id``)."""

    template: str | None = None
    document: Pipeline | None = None
    yaml: str | None = None
    pipeline_id: str | None = None
    bindings: dict[str, Any] = Field({}, description="data, dev, test, text, text_pair, label, encoder, name")
    overrides: dict[str, Any] = Field({}, description="node.param to value")
    options: dict[str, Any] = Field({}, description="executor, fresh, to, from, only, seed")
    name: str | None = Field(None, max_length=120)


class Continue(BaseModel):
    """How much further to train."""

    epochs: float = Field(gt=0)


class State(BaseModel):
    """The state of a run."""

    run: str
    state: RunState


@router.post("", status_code=201, summary="Start a run")
def start(who: Who, body: NewRun) -> RunView:
    """Check the document whole and queue a run; 422 with every problem at once."""
    document = apply_overrides(_document(who, body), body.overrides)
    return runs.start(
        who,
        document,
        name=body.name,
        template=body.template,
        pipeline_id=body.pipeline_id,
        options=body.options,
    )


@router.get("", summary="List runs")
def list_runs(
    who: Who,
    *,
    state: str | None = None,
    query: Search = "",
    order: runs.Order = "-created_at",
    limit: Limit = 50,
    offset: Offset = 0,
) -> list[RunView]:
    """Return runs; ``state`` may be ``active``."""
    return runs.list_(who, state, query, limit=limit, offset=offset, order=order)


@router.get("/{run_id}", summary="One run")
def get(who: Who, run_id: str) -> RunDetail:
    """Return state, nodes, latest figures, model and document."""
    return runs.get(who, run_id)


@router.delete("/{run_id}", status_code=204, summary="Delete a run")
def delete(who: Who, run_id: str) -> None:
    """Move a run that has ended to the trash."""
    runs.trash(who, run_id)


@router.get("/{run_id}/state", summary="The state of a run")
def state(who: Who, run_id: str) -> State:
    """Return the state alone: cheap enough to ask often."""
    return State(run=run_id, state=runs.state(who, run_id))


@router.get("/{run_id}/result", summary="The summary of a run")
def result(who: Who, run_id: str) -> RunResult:
    """Return final figures, model and node times, as ``inkstone run --json`` prints them."""
    return runs.result(who, run_id)


@router.get("/{run_id}/events", summary="Events, live", response_class=EventSourceResponse)
def events(who: Who, run_id: str, after: int = 0, last_event_id: Annotated[int | None, Header()] = None) -> Response:
    """Stream events as server-sent events (``event``: their kind, ``id``: their number) until the run has ended.

    ``Last-Event-ID`` or ``after`` leave out what is known. An ended run without further events answers 204, so that a
    browser's EventSource does not come back.
    """
    after = last_event_id if last_event_id is not None else after
    if ended(who, run_id) and not runs.events(who, run_id, after):
        return Response(status_code=204)
    return EventSourceResponse(run_events(who, run_id, after), ping=15)


@router.get("/{run_id}/logs", summary="The log of a run")
def logs(who: Who, run_id: str, after: int = 0) -> list[Event]:
    """Return log lines and changes of state with numbers above ``after``."""
    return [item for item in runs.events(who, run_id, after) if item.kind in ("log", "run_state", "node_state")]


@router.get("/{run_id}/log-lines", summary="Search the log of a run")
def log_lines(
    who: Who,
    run_id: str,
    *,
    level: Annotated[str, Query(description="debug, info, warning or error: this and worse")] = "info",
    words: Annotated[str, Query(max_length=200, description="What a line or its node must hold")] = "",
    node: str = "",
    limit: Limit = 500,
) -> LogLines:
    """Return the last lines that were found, and how many there are."""
    return run_log.lines(who, run_id, level=level, words=words, node=node, limit=limit)


@router.post("/{run_id}/stop", summary="Stop a run")
def stop(who: Who, run_id: str) -> RunView:
    """Ask the run to stop; finished nodes stay."""
    return runs.stop(who, run_id)


@router.post("/{run_id}/resume", summary="Resume a run")
def resume(who: Who, run_id: str) -> RunView:
    """Go on at the first unfinished node."""
    return runs.resume(who, run_id)


@router.post("/{run_id}/continue", status_code=201, summary="Train further")
def continue_(who: Who, run_id: str, body: Continue) -> RunView:
    """Start a new run that trains some epochs more."""
    return runs.continue_(who, run_id, body.epochs)


@router.get("/{run_id}/metrics", summary="Curves")
def metrics(
    who: Who, run_id: str, name: Annotated[list[str] | None, Query()] = None, points: Points = 500
) -> list[Series]:
    """Return curves, thinned."""
    return runs.metrics(who, run_id, name, points)


@router.get("/{run_id}/outputs", summary="What nodes gave")
def outputs(who: Who, run_id: str, node: str | None = None) -> list[ArtifactView]:
    """Return the outputs of all nodes, or of one."""
    return runs.outputs(who, run_id, node)


@router.get("/{run_id}/outputs/{node}/{port}", summary="Read an output")
def read_output(
    who: Who, run_id: str, node: str, port: str, *, search: str | None = None, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """Return figures and reports whole, tables as a preview."""
    return runs.read_output(who, run_id, node, port, offset=offset, limit=limit, search=search)


@router.get("/{run_id}/outputs/{node}/{port}/rows", summary="Scored rows of an evaluation")
def metrics_rows(
    who: Who, run_id: str, node: str, port: str, *, search: str | None = None, limit: Limit = 50, offset: Offset = 0
) -> Preview:
    """Return the rows that the figures were computed from."""
    return runs.metrics_rows(who, run_id, node, port, offset=offset, limit=limit, search=search)


@router.get("/{run_id}/outputs/{node}/{port}/file", summary="Download a file output", response_class=FileResponse)
def output_file(who: Who, run_id: str, node: str, port: str) -> FileResponse:
    """Return the file that a node wrote."""
    path, name, media_type = runs.output_file(who, run_id, node, port)
    return FileResponse(path, media_type=media_type, filename=name)


def _document(who: Actor, body: NewRun) -> Pipeline:
    if body.document is not None:
        return bind(body.document, body.bindings)
    if body.yaml is not None:
        return bind(load_document(body.yaml), body.bindings)
    if body.template is not None:
        return templates.build(who, body.template, body.bindings)
    if body.pipeline_id is not None:
        return bind(pipelines.get(who, body.pipeline_id).document, body.bindings)
    raise BAD_REQUEST(at="body", problem="one of template, document, yaml, pipeline_id is needed")
