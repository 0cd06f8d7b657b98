"""Searches: better settings of a pipeline, or the best method for some data."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Who
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import apply_overrides
from inkstone.backend.service import automatic_search, searches, templates
from inkstone.backend.service.automatic_search import AutoWish
from inkstone.backend.service.comparing import importance
from inkstone.backend.service.comparing.importance import Importance
from inkstone.backend.service.searching.settings import SearchWish
from inkstone.backend.service.searching.views import SearchDetail, SearchView
from inkstone.backend.service.views import RunView

router = APIRouter(prefix="/searches", tags=["searches"])


class NewSearch(BaseModel):
    """What shall be searched: a template with its bindings (``text-classification`` unless named), or a document; and how."""

    template: str | None = Field(None, max_length=100)
    bindings: dict[str, Any] = {}
    document: Pipeline | None = None
    overrides: dict[str, Any] = {}
    name: str | None = Field(None, max_length=100)
    wish: SearchWish = SearchWish(trials=12)


class More(BaseModel):
    """A larger budget, in all."""

    trials: int | None = Field(None, ge=1, le=1000)
    minutes: float | None = Field(None, gt=0, le=10_000)


class Promotion(BaseModel):
    """Which trial becomes a model; none: the best."""

    trial: int | None = Field(None, ge=1)
    name: str | None = Field(None, max_length=120)


@router.get("", summary="List searches")
def list_searches(who: Who, limit: Limit = 50) -> list[SearchView]:
    """Return searches, the newest first."""
    return searches.list_(who, limit)


@router.post("", status_code=201, summary="Search better settings")
def start(who: Who, body: NewSearch) -> SearchView:
    """Start a search over a template or a document."""
    if body.document is not None:
        document = apply_overrides(body.document, body.overrides)
    else:
        document = templates.build(who, body.template or "text-classification", body.bindings, body.overrides)
    return searches.start(who, document, body.wish, name=body.name, template=body.template)


@router.post("/auto", status_code=201, summary="The best model within some minutes")
def start_auto(who: Who, body: AutoWish) -> SearchView:
    """Try methods in the order of their cost, as far as the time allows."""
    return automatic_search.start(who, body)


@router.get("/{search_id}", summary="A search with its trials")
def get(who: Who, search_id: str) -> SearchDetail:
    """Return settings, trials, the winner, and the model made of it."""
    return searches.get(who, search_id)


@router.post("/{search_id}/stop", summary="Stop a search")
def stop(who: Who, search_id: str) -> SearchView:
    """Ask it to stop; its trials stop too."""
    return searches.stop(who, search_id)


@router.post("/{search_id}/resume", summary="Let a search go on")
def resume(who: Who, search_id: str, body: More) -> SearchView:
    """Go on where it ended; what has ended is not repeated."""
    return searches.resume(who, search_id, trials=body.trials, minutes=body.minutes)


@router.post("/{search_id}/promote", status_code=201, summary="Make a model of the best trial")
def promote(who: Who, search_id: str, body: Promotion) -> RunView:
    """Queue the run of the whole pipeline with the values of a trial."""
    return searches.promote(who, search_id, trial=body.trial, name=body.name)


@router.delete("/{search_id}", status_code=204, summary="Take a search off the list")
def trash(who: Who, search_id: str) -> None:
    """Its runs and its model stay."""
    searches.trash(who, search_id)


@router.get("/{search_id}/importance", summary="Which parameters mattered")
def parameter_importance(who: Who, search_id: str) -> Importance:
    """Return permutation importance over the trials, or why it cannot be told."""
    return importance.of_search(who, search_id)
