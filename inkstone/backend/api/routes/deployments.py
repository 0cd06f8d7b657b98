"""Deployments: names under which model versions answer."""

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Who
from inkstone.backend.api.routes.models import Texts
from inkstone.backend.api.routes.tagging import TextsToTag
from inkstone.backend.service import deployments
from inkstone.backend.service.deployment_views import (
    AnswerView,
    DeploymentView,
    DriftView,
    MinuteView,
    SampleView,
    TagsView,
)
from inkstone.backend.service.drift import drift as drift_of

router = APIRouter(prefix="/deployments", tags=["deployments"])


class NewDeployment(BaseModel):
    """What to deploy."""

    model: str = Field(description="NAME (the newest version) or NAME@2")
    name: str = Field(default="", description="By default the model's")


class Change(BaseModel):
    """What to change; only what is given changes."""

    model: str | None = Field(default=None, description="Answer with this version from now on")
    running: bool | None = None


class Canary(BaseModel):
    """A version that answers a share of the requests; without ``model`` the canary ends."""

    model: str | None = None
    share: float = 0.1


@router.get("", summary="List deployments")
def list_deployments(who: Who) -> list[DeploymentView]:
    """Return all deployments, newest first."""
    return deployments.list_(who)


@router.post("", status_code=201, summary="Deploy a model")
def create(who: Who, body: NewDeployment) -> DeploymentView:
    """Let a model version answer under a name."""
    return deployments.create(who, body.model, body.name)


@router.get("/{name}", summary="One deployment")
def get(who: Who, name: str) -> DeploymentView:
    """Return a deployment."""
    return deployments.get(who, name)


@router.patch("/{name}", summary="Change, start or stop")
def change(who: Who, name: str, body: Change) -> DeploymentView:
    """Answer with another version without a gap, stop, or start again."""
    if body.model is not None:
        deployments.change(who, name, body.model)
    if body.running is not None:
        deployments.set_running(who, name, body.running)
    return deployments.get(who, name)


@router.put("/{name}/canary", summary="Try a version on a share")
def canary(who: Who, name: str, body: Canary) -> DeploymentView:
    """Let another version answer a share of the requests."""
    return deployments.canary(who, name, body.model, body.share)


@router.post("/{name}/rollback", summary="Go back to the version before")
def rollback(who: Who, name: str) -> DeploymentView:
    """Go back to the version before."""
    return deployments.rollback(who, name)


@router.delete("/{name}", status_code=204, summary="Remove a deployment")
def delete(who: Who, name: str) -> None:
    """Remove a deployment; the model stays."""
    deployments.trash(who, name)


@router.post("/{name}/predict", response_model_exclude_none=True, summary="Ask a deployment")
def predict(who: Who, name: str, body: Texts) -> AnswerView:
    """Return for each text the labels with their scores, best first; 429 while too many texts wait."""
    return deployments.predict(who, name, body.texts, body.pairs)


@router.post("/{name}/tag", summary="Ask a deployment for tags")
def tag(who: Who, name: str, body: TextsToTag) -> TagsView:
    """Return category, labels, keywords and entities of each text; 429 while too many texts wait."""
    return deployments.tag(who, name, body.texts)


@router.get("/{name}/usage", summary="Requests, latency and labels by the minute")
def usage(who: Who, name: str, minutes: int = Query(default=60, ge=1, le=10_080)) -> list[MinuteView]:
    """Return what was answered in the last minutes, oldest first."""
    return deployments.usage(who, name, minutes)


@router.get("/{name}/drift", summary="Lengths and labels against training")
def drift(who: Who, name: str, hours: int = Query(default=24, ge=1, le=24 * 90)) -> DriftView:
    """Return how far what was asked within some hours lies from what the model was trained on."""
    return drift_of(who, name, hours)


@router.get("/{name}/samples", summary="A masked sample of what was asked")
def samples(who: Who, name: str, limit: Limit = 50) -> list[SampleView]:
    """Return the latest masked texts."""
    return deployments.samples(who, name, limit)
