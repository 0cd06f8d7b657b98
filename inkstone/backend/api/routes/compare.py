"""Runs side by side. ``runs``: ``RUN`` or ``RUN:NODE``, repeated; the first is the baseline."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from inkstone.backend.api.dependencies import Limit, Offset, Who
from inkstone.backend.service.comparing import classes, curves, export, importance, rows, significance, table
from inkstone.backend.service.comparing.importance import Importance
from inkstone.backend.service.comparing.views import ClassFigures, ComparedCurve, Comparison, DecidingRows, Significance

router = APIRouter(prefix="/compare", tags=["compare"])
Runs = Annotated[list[str], Query(max_length=200, description="RUN or RUN:NODE, repeated; the first is the baseline")]
Figure = Annotated[str, Query(max_length=100, description="macro_f1, accuracy, weighted_f1 or f1/CLASS")]


@router.get("", summary="Parameters and figures side by side")
def compare(who: Who, runs: Runs) -> Comparison:
    """Return every parameter, figure and fact of the runs; ``differs`` marks those that are not the same everywhere."""
    return table.compare(who, runs)


@router.get("/curves", summary="Curves over one another")
def compared_curves(
    who: Who,
    runs: Runs,
    *,
    name: Annotated[list[str], Query(description="Figures, such as train/loss")],
    axis: Literal["step", "epoch", "time"] = "step",
    smoothing: Annotated[float, Query(ge=0, le=0.999)] = 0.0,
    points: Annotated[int, Query(ge=3, le=5000)] = 300,
) -> list[ComparedCurve]:
    """Return curves, smoothed and thinned on the server."""
    return curves.curves(who, runs, name, axis=axis, smoothing=smoothing, points=points)


@router.get("/classes", summary="Classes side by side")
def compared_classes(who: Who, runs: Runs) -> list[ClassFigures]:
    """Return per-class figures, confusion matrices, ROC and PR curves."""
    return classes.class_figures(who, runs)


@router.get("/significance", summary="Whether a difference is more than chance")
def compared_significance(
    who: Who, runs: Runs, figure: Figure = "macro_f1", resamples: Annotated[int, Query(ge=100, le=50_000)] = 5000
) -> Significance:
    """Return paired bootstrap intervals and McNemar's test against the first run, or why that cannot be done."""
    return significance.significance(who, runs, figure, resamples=resamples)


@router.get("/rows", summary="The rows that decide")
def compared_rows(who: Who, runs: Runs, limit: Limit = 20, offset: Offset = 0) -> DecidingRows:
    """Return test rows that some have right and others wrong, the surest disagreements first."""
    return rows.deciding_rows(who, runs, limit, offset)


@router.get("/importance", summary="Which parameters mattered")
def compared_importance(
    who: Who, runs: Runs, figure: Annotated[str, Query(max_length=140)] = "test/macro_f1"
) -> Importance:
    """Return permutation importance of the parameters that differ, or why it cannot be told."""
    return importance.of_runs(who, runs, figure)


@router.get("/report", summary="The comparison as one page", response_class=Response)
def report(who: Who, runs: Runs, lang: Literal["zh", "en"] = "zh", figure: Figure = "macro_f1") -> Response:
    """Return a self-contained HTML page, as a download."""
    page = export.report(who, runs, lang, figure)
    headers = {"Content-Disposition": 'attachment; filename="comparison.html"'}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/table.csv", summary="The table as CSV", response_class=Response)
def table_csv(who: Who, runs: Runs) -> Response:
    """Return one line a run."""
    return Response(export.table_csv(table.compare(who, runs)), media_type="text/csv; charset=utf-8")


@router.get("/table.parquet", summary="The table as Parquet", response_class=Response)
def table_parquet(who: Who, runs: Runs) -> Response:
    """Return one row a run."""
    return Response(export.table_parquet(table.compare(who, runs)), media_type="application/vnd.apache.parquet")
