"""Models: versions, predictions, downloads, stages."""

from fastapi import APIRouter
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Offset, Search, Who
from inkstone.backend.service import models
from inkstone.backend.service.registry import stages
from inkstone.backend.service.registry.from_run import register as register_from_run
from inkstone.backend.service.views import ModelVersionView, ModelView, Scored

router = APIRouter(prefix="/models", tags=["models"])


class Texts(BaseModel):
    """Texts to predict; ``pairs`` are the second texts of a model for pairs."""

    texts: list[str] = Field(examples=[["加微信领红包，点击链接"]])
    pairs: list[str] | None = None


class Stage(BaseModel):
    """The stage of a version."""

    stage: str = Field(description="candidate, staging, production or archived")
    reason: str = Field("", description="Why; kept in the history")
    override: bool = Field(
        False, description="Although the rule of promotion refuses; administrators only, with a reason"
    )


@router.get("", summary="List models")
def list_models(who: Who, query: Search = "", limit: Limit = 100, offset: Offset = 0) -> list[ModelView]:
    """Return models, newest first."""
    return models.list_(who, query, limit, offset)


@router.get("/{reference}", summary="One model version")
def get(who: Who, reference: str) -> ModelVersionView:
    """Return a version by ``NAME`` (the newest) or ``NAME@2``."""
    return models.get(who, reference)


@router.delete("/{reference}", status_code=204, summary="Delete a model")
def delete(who: Who, reference: str) -> None:
    """Move the model with all its versions to the trash."""
    models.trash(who, reference)


@router.get("/{reference}/versions", summary="All versions of a model")
def versions(who: Who, reference: str) -> list[ModelVersionView]:
    """Return all versions, newest first."""
    return models.versions(who, reference)


@router.post("/{reference}/predict", response_model_exclude_none=True, summary="Predict texts")
def predict(who: Who, reference: str, body: Texts) -> list[list[Scored]]:
    """Return for each text the labels with their scores, best first."""
    return models.predict(who, reference, body.texts, body.pairs)


@router.put("/{reference}/stage", summary="Set the stage")
def set_stage(who: Who, reference: str, body: Stage) -> ModelVersionView:
    """Set the stage of a version; production only by the rule of promotion, where one is set."""
    return stages.set_stage(who, reference, body.stage, reason=body.reason, override=body.override)


class FromRun(BaseModel):
    """A model that a node of a run gave."""

    run: str
    node: str
    name: str = Field("", max_length=100)


@router.post("/from-run", status_code=201, summary="Register a model that a run gave")
def from_run(who: Who, body: FromRun) -> ModelVersionView:
    """Register the output ``model`` of a node as the next version of a model."""
    return register_from_run(who, body.run, body.node, body.name)


@router.get("/{reference}/export", summary="Download a model", response_class=FileResponse)
def export(who: Who, reference: str, format: str = "safetensors") -> FileResponse:
    """Return the version as a zip: ``safetensors``, ``onnx`` or ``standalone`` (runs without Inkstone)."""
    path = models.export(who, reference, format)
    return FileResponse(path, media_type="application/zip", filename=path.name)
