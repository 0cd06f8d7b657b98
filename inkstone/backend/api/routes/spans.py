"""Labelling spans: entities marked in texts."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from inkstone.backend.api.dependencies import Limit, Who
from inkstone.backend.service import span_labels
from inkstone.backend.service.span_labels import Span, SpanQueue, SpanRow
from inkstone.backend.service.views import DatasetVersionView

router = APIRouter(prefix="/datasets", tags=["datasets"])


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowSpans(_Body):
    """The spans of a text (by ``_row``); an empty list says that it holds none."""

    row: int
    spans: list[Span]


class Row(_Body):
    """A row, by ``_row``."""

    row: int


class Undone(_Body):
    """The row whose spans were taken back, if there was one."""

    row: int | None


@router.get("/{reference}/spans/queue", summary="Texts to mark next")
def queue(who: Who, reference: str, limit: Limit = 20) -> SpanQueue:
    """Return texts without spans first."""
    return span_labels.queue(who, reference, limit)


@router.get("/{reference}/spans/{row}", summary="The spans of a text")
def one(who: Who, reference: str, row: int) -> SpanRow:
    """Return a text with the spans that hold now."""
    return span_labels.row(who, reference, row)


@router.post("/{reference}/spans", status_code=204, summary="Mark a text")
def mark(who: Who, reference: str, given: RowSpans) -> None:
    """Keep the spans of a text, in place of those it had."""
    span_labels.mark(who, reference, given.row, given.spans)


@router.post("/{reference}/spans/skip", status_code=204, summary="Put a text aside")
def skip(who: Who, reference: str, row: Row) -> None:
    """Put a text at the end of the queue."""
    span_labels.skip(who, reference, row.row)


@router.post("/{reference}/spans/undo", summary="Take back the last text")
def undo(who: Who, reference: str) -> Undone:
    """Take back what the caller marked last."""
    return Undone(row=span_labels.undo(who, reference))


@router.post("/{reference}/spans/version", status_code=201, summary="Make a version of the spans")
def make_version(who: Who, reference: str, only_marked: bool = False) -> DatasetVersionView:
    """Make a new version with all spans; with ``only_marked``, of the texts alone that somebody looked at."""
    return span_labels.make_version(who, reference, only_marked=only_marked)
