"""Pipelines: drafts, versions, comparison, YAML, validation."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Offset, Search, Who
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.yaml_io import SIZE_LIMIT, load_document
from inkstone.backend.service import pipelines
from inkstone.backend.service.views import PipelineDiff, PipelineVersionView, PipelineView

router = APIRouter(prefix="/pipelines", tags=["pipelines"])
_YAML_BODY = {"requestBody": {"required": True, "content": {"application/yaml": {"schema": {"type": "string"}}}}}


class NewPipeline(BaseModel):
    """A pipeline to make."""

    document: Pipeline
    template: str | None = Field(None, max_length=100)


class Draft(BaseModel):
    """A draft to save: ``revision`` is the one it was loaded at."""

    document: Pipeline
    revision: int


class NewVersion(BaseModel):
    """A named version to keep."""

    name: str = Field(min_length=1, max_length=100)
    description: str = Field("", max_length=10_000)


class Problems(BaseModel):
    """What is wrong with a document."""

    valid: bool
    problems: list[dict[str, Any]]


@router.get("", summary="List pipelines")
def list_pipelines(who: Who, query: Search = "", limit: Limit = 100, offset: Offset = 0) -> list[PipelineView]:
    """Return pipelines, the one changed last first."""
    return pipelines.list_(who, query, limit, offset)


@router.post("", status_code=201, summary="Make a pipeline")
def create(who: Who, body: NewPipeline) -> PipelineView:
    """Make a pipeline with a first draft."""
    return pipelines.create(who, body.document, body.template)


@router.post("/validate", summary="Check a document")
def validate(who: Who, document: Pipeline) -> Problems:
    """Return everything that is wrong with a document, at once."""
    problems = pipelines.validate(who, document)
    return Problems(valid=not problems, problems=problems)


@router.post("/validate/yaml", summary="Check a YAML document", openapi_extra=_YAML_BODY)
async def validate_yaml(who: Who, request: Request) -> Problems:
    """Return everything that is wrong with a YAML document."""
    return validate(who, load_document(await _text(request)))


@router.post("/yaml", status_code=201, summary="Import YAML", openapi_extra=_YAML_BODY)
async def import_yaml(who: Who, request: Request) -> PipelineView:
    """Make a pipeline of a YAML document."""
    return pipelines.import_yaml(who, await _text(request))


@router.get("/{pipeline_id}", summary="One pipeline")
def get(who: Who, pipeline_id: str) -> PipelineView:
    """Return a pipeline with its draft."""
    return pipelines.get(who, pipeline_id)


@router.put("/{pipeline_id}", summary="Save the draft")
def save_draft(who: Who, pipeline_id: str, body: Draft) -> PipelineView:
    """Save the draft; 409 when someone else has saved since."""
    return pipelines.save_draft(who, pipeline_id, body.document, body.revision)


@router.delete("/{pipeline_id}", status_code=204, summary="Delete a pipeline")
def delete(who: Who, pipeline_id: str) -> None:
    """Move the pipeline to the trash."""
    pipelines.trash(who, pipeline_id)


@router.get("/{pipeline_id}/yaml", summary="Export YAML", response_class=Response)
def export_yaml(who: Who, pipeline_id: str, version: int | None = None) -> Response:
    """Return the draft, or a version, as YAML."""
    return Response(pipelines.export_yaml(who, pipeline_id, version), media_type="application/yaml")


@router.get("/{pipeline_id}/versions", summary="List versions")
def versions(who: Who, pipeline_id: str, named_only: bool = False) -> list[PipelineVersionView]:
    """Return versions, newest first."""
    return pipelines.versions(who, pipeline_id, named_only)


@router.post("/{pipeline_id}/versions", status_code=201, summary="Keep a named version")
def save_version(who: Who, pipeline_id: str, body: NewVersion) -> PipelineVersionView:
    """Keep the present draft under a name."""
    return pipelines.save_version(who, pipeline_id, body.name, body.description)


@router.post("/{pipeline_id}/versions/{number}/restore", summary="Restore a version")
def restore(who: Who, pipeline_id: str, number: int) -> PipelineView:
    """Make a version the draft again."""
    return pipelines.restore(who, pipeline_id, number)


@router.get("/{pipeline_id}/diff", summary="Compare versions")
def diff(who: Who, pipeline_id: str, a: int, b: int | None = None) -> PipelineDiff:
    """Return what changed from version ``a`` to version ``b``, or to the draft."""
    return pipelines.diff(who, pipeline_id, a, b)


async def _text(request: Request) -> bytes:
    """Return the body, read no further than a pipeline file may be long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > SIZE_LIMIT:
            break
    return body
