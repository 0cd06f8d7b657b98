"""The record of a run; running it again; its test rows one by one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Offset, Who
from inkstone.backend.service import evaluated_rows, run_record, run_repeating
from inkstone.backend.service.analysis import selections, slices
from inkstone.backend.service.analysis.selections import Purpose
from inkstone.backend.service.analysis.slices import Slices
from inkstone.backend.service.evaluated_rows import EvaluatedRows, RowFilter
from inkstone.backend.service.run_record import RunRecord
from inkstone.backend.service.run_repeating import Reproduction
from inkstone.backend.service.views import DatasetVersionView, RunView

router = APIRouter(prefix="/runs/{run_id}", tags=["runs"])


class Changes(BaseModel):
    """What shall be different: ``node.param`` to value."""

    overrides: dict[str, Any] = {}
    seed: int | None = Field(None, ge=0, lt=1 << 31)
    name: str | None = Field(None, max_length=120)


class RowsBody(BaseModel):
    """Which rows of an evaluation."""

    filter: RowFilter = RowFilter()
    limit: Limit = 50
    offset: Offset = 0


class Corrections(BaseModel):
    """Row number to its right label."""

    labels: dict[int, str] = Field(max_length=10_000)


class Selection(BaseModel):
    """Which rows, and what they become."""

    filter: RowFilter = RowFilter()
    name: str = Field(min_length=1, max_length=80)
    purpose: Purpose = "dataset"


class PartView(BaseModel):
    """A part of a text, and how far it speaks for the class."""

    text: str
    weight: float


class Explanation(BaseModel):
    """What a row was taken for, and why."""

    predicted: str
    parts: list[PartView]


@router.get("/record", summary="With what a run was done")
def record(who: Who, run_id: str) -> RunRecord:
    """Return nodes in time, resources used, environment and lineage."""
    return run_record.record(who, run_id)


@router.post("/reproduce", status_code=201, summary="Repeat a run")
def reproduce(who: Who, run_id: str) -> RunView:
    """Start a run with the same versions of the data, parameters and seed, without the cache."""
    return run_repeating.reproduce(who, run_id)


@router.get("/reproduction", summary="Whether a repeated run came out the same")
def reproduction(who: Who, run_id: str) -> Reproduction | None:
    """Return figures that are the same and those that differ; null for a run that repeats none."""
    return run_repeating.reproduction(who, run_id)


@router.post("/clone", status_code=201, summary="Run with changes")
def clone(who: Who, run_id: str, body: Changes) -> RunView:
    """Start a run of the same document with other parameters."""
    return run_repeating.clone(who, run_id, body.overrides, seed=body.seed, name=body.name)


@router.post("/evaluations/{node}/rows", summary="Test rows of an evaluation")
def rows(who: Who, run_id: str, node: str, body: RowsBody) -> EvaluatedRows:
    """Return rows that were judged wrong, with confidence, hardly, or with doubt."""
    return evaluated_rows.evaluated_rows(who, run_id, node, body.filter, limit=body.limit, offset=body.offset)


@router.post("/evaluations/{node}/corrections", status_code=201, summary="Correct labels of test rows")
def correct(who: Who, run_id: str, node: str, body: Corrections) -> DatasetVersionView:
    """Make a new version of the dataset with these labels."""
    return evaluated_rows.correct(who, run_id, node, body.labels)


@router.get("/evaluations/{node}/slices", summary="Slices on which the model is weak")
def weak(who: Who, run_id: str, node: str, support: Annotated[int | None, Query(ge=1)] = None) -> Slices:
    """Return slices with significantly more errors than the rest, each with the filter that finds its rows."""
    return slices.slices(who, run_id, node, support)


@router.post("/evaluations/{node}/selections", status_code=201, summary="Keep rows as a dataset or a test suite")
def select(who: Who, run_id: str, node: str, body: Selection) -> DatasetVersionView:
    """Make a dataset of the rows that the filter lets through."""
    return selections.save(who, run_id, node, body.filter, body.name, purpose=body.purpose)


@router.get("/evaluations/{node}/rows/{row}/why", summary="Why a row got its class")
def why(who: Who, run_id: str, node: str, row: int) -> Explanation:
    """Return how far the score of the predicted class falls when a part of the text is hidden."""
    label, parts = evaluated_rows.explain(who, run_id, node, row)
    return Explanation(predicted=label, parts=[PartView(text=part.text, weight=part.weight) for part in parts])
