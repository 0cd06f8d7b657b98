"""The model registry: history of stages, aliases, rules of promotion, cards, comparison, import of bundles."""

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Who
from inkstone.backend.api.uploading import ZIP_BODY, receive
from inkstone.backend.service.registry import aliases, bundles, card, comparing, promotion, stages
from inkstone.backend.service.registry.views import (
    AliasView,
    Check,
    ModelCardView,
    RuleView,
    StageEvent,
    VersionComparison,
)
from inkstone.backend.service.views import ModelVersionView

router = APIRouter(tags=["models"])


class Rule(BaseModel):
    """What a version must show before it becomes production."""

    figure: str = Field("macro_f1", description="macro_f1, accuracy, weighted_f1 or f1/CLASS")
    test_set: str = Field("", description="dataset:NAME@N; empty: on the test rows of their runs")


class Description(BaseModel):
    """What people say of a model."""

    description: str = Field(max_length=4000)


@router.post("/models", status_code=201, openapi_extra=ZIP_BODY, summary="Import an exported model")
async def import_model(
    request: Request,
    who: Who,
    name: Annotated[str, Query(max_length=100, description="Name of the model; the next version where it exists")],
    sha256: Annotated[str | None, Query(pattern="^[0-9a-fA-F]{64}$", description="Of the zip")] = None,
) -> ModelVersionView:
    """Take a zip that an export gave, as the field ``file`` of a form or as the body."""
    with bundles.IncomingBundle(who, name) as incoming:
        await receive(request, incoming)
        return await to_thread.run_sync(lambda: incoming.register(name, sha256))


@router.get("/model-comparison", summary="Versions side by side")
def compare(
    who: Who,
    models: Annotated[list[str], Query(description="NAME@VERSION or NAME@alias; the first is the baseline")],
    figure: str = "macro_f1",
    test_set: str = "",
) -> VersionComparison:
    """Return facts, figures and parameters of versions, and whether they differ beyond chance."""
    return comparing.compare(who, models, figure=figure, test_set=test_set)


@router.get("/models/{reference}/history", summary="Who moved which version to which stage")
def history(who: Who, reference: str) -> list[StageEvent]:
    """Return every change of stage, newest first."""
    return stages.history(who, reference)


@router.get("/models/{reference}/aliases", summary="Aliases of a model")
def list_aliases(who: Who, reference: str) -> list[AliasView]:
    """Return the aliases by name."""
    return aliases.list_(who, reference)


@router.put("/models/{reference}/aliases/{alias}", summary="Let an alias mean this version")
def set_alias(who: Who, reference: str, alias: str) -> AliasView:
    """Set the alias, or move it here from another version."""
    return aliases.set_(who, reference, alias)


@router.delete("/models/{reference}/aliases/{alias}", status_code=204, summary="Take an alias away")
def remove_alias(who: Who, reference: str, alias: str) -> None:
    """Remove the alias; the version stays."""
    aliases.remove(who, reference, alias)


@router.get("/models/{reference}/rule", summary="The rule of promotion")
def rule(who: Who, reference: str) -> RuleView | None:
    """Return the rule, or null where every version may become production."""
    return promotion.rule_of(who, reference)


@router.put("/models/{reference}/rule", summary="Set the rule of promotion")
def set_rule(who: Who, reference: str, body: Rule) -> RuleView:
    """Set the rule; administrators only."""
    return promotion.set_rule(who, reference, body.figure, body.test_set)


@router.delete("/models/{reference}/rule", status_code=204, summary="Remove the rule of promotion")
def remove_rule(who: Who, reference: str) -> None:
    """Remove the rule; administrators only."""
    promotion.remove_rule(who, reference)


@router.get("/models/{reference}/promotion", summary="May this version become production?")
def check(who: Who, reference: str) -> Check:
    """Return what the rule finds, with figures, and change nothing."""
    return promotion.check(who, reference)


@router.get("/models/{reference}/card", summary="Model card")
def get_card(who: Who, reference: str) -> ModelCardView:
    """Return the card of a version, written from facts."""
    return card.card(who, reference)


@router.get("/models/{reference}/card.md", summary="Model card as Markdown", response_class=PlainTextResponse)
def get_markdown(who: Who, reference: str, lang: str = "en") -> PlainTextResponse:
    """Return the card as Markdown, in ``zh`` or ``en``."""
    return PlainTextResponse(
        card.as_markdown(card.card(who, reference), lang), media_type="text/markdown; charset=utf-8"
    )


@router.put("/models/{reference}/description", status_code=204, summary="Say what a model is for")
def describe(who: Who, reference: str, body: Description) -> None:
    """Set the text that stands first on the card."""
    card.describe(who, reference, body.description)
