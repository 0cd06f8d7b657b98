"""Risk control: decisions, word lists, the review queue."""

from typing import Annotated, Literal
from urllib.parse import quote

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from inkstone.backend.api.dependencies import Limit, Offset, Search, Who
from inkstone.backend.service import lexicons, reviews, risk
from inkstone.backend.service.errors import UPLOAD_ABSENT
from inkstone.backend.service.risk_views import (
    Decision,
    LexiconVersionView,
    LexiconView,
    LexiconWord,
    ReviewCounts,
    ReviewView,
    WordPage,
)
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.nlp.lexicon.entries import Severity

router = APIRouter(tags=["risk control"])
_UPLOAD_BODY = {
    "requestBody": {
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "text/plain": {"schema": {"type": "string"}},
        }
    }
}


class Judged(BaseModel):
    """Texts to decide about; ``queue`` puts those that need a person into the review queue."""

    texts: list[str] = Field(examples=[["加薇❤领红包"]])
    queue: bool = False


class Changes(BaseModel):
    """Words to add or change, and words to remove."""

    put: list[LexiconWord] = []
    remove: list[str] = []


class Label(BaseModel):
    """What a text is: ``label``, or ``labels`` where it may have several (an empty list: harmless). Null puts it aside."""

    label: str | None = None
    labels: list[str] | None = None


class Base(BaseModel):
    """The dataset to add the texts to; null makes one of their own."""

    dataset: str | None = None


@router.post("/models/{reference}/decide", summary="Block, review or pass")
def decide(who: Who, reference: str, body: Judged) -> list[Decision]:
    """Return for each text the decision with its reasons; offsets count characters of the text as it came."""
    return risk.decide(who, reference, body.texts, body.queue)


@router.get("/lexicons", summary="List word lists")
def list_lexicons(who: Who) -> list[LexiconView]:
    """Return word lists, newest first."""
    return lexicons.list_(who)


@router.post("/lexicons", status_code=201, openapi_extra=_UPLOAD_BODY, summary="Import a word list")
async def import_lexicon(
    request: Request,
    who: Who,
    *,
    name: Annotated[str | None, Query(max_length=100)] = None,
    category: Annotated[str, Query(max_length=100)] = "",
    severity: Severity = "block",
    add: Annotated[bool, Query(description="Keep the words that are there")] = False,
) -> LexiconVersionView:
    """Take a TXT (one word a line) or a CSV (columns word, category, severity) as a form or as the raw body."""
    file_name = name or "lexicon"
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise UPLOAD_ABSENT(at="file")
            content, file_name = await file.read(), file.filename or file_name
    else:
        content = await request.body()
    return await to_thread.run_sync(
        lambda: lexicons.import_file(who, content, file_name, name=name, category=category, severity=severity, add=add)
    )


@router.get("/lexicons/hits", summary="Words found most")
def hits(who: Who, limit: Limit = 50) -> list[LexiconWord]:
    """Return the words that models in use found most."""
    return lexicons.top_hits(who, limit)


@router.get("/lexicons/{reference}", summary="One version of a word list")
def get_lexicon(who: Who, reference: str) -> LexiconVersionView:
    """Return a version by ``NAME`` (the newest) or ``NAME@2``."""
    return lexicons.get(who, reference)


@router.get("/lexicons/{reference}/versions", summary="All versions of a word list")
def lexicon_versions(who: Who, reference: str) -> list[LexiconVersionView]:
    """Return all versions, newest first."""
    return lexicons.versions(who, reference)


@router.get("/lexicons/{reference}/words", summary="Words of a word list")
def words(
    who: Who, reference: str, query: Search = "", *, category: str = "", limit: Limit = 100, offset: Offset = 0
) -> WordPage:
    """Return words with their hits."""
    return lexicons.words(who, reference, query, category=category, limit=limit, offset=offset)


@router.post("/lexicons/{reference}/words", status_code=201, summary="Change words")
def edit(who: Who, reference: str, body: Changes) -> LexiconVersionView:
    """Make the next version with words added, changed or removed."""
    return lexicons.edit(who, reference, body.put, body.remove)


@router.get("/lexicons/{reference}/export", summary="Download a word list", response_class=StreamingResponse)
def export(who: Who, reference: str, format: Literal["csv", "txt"] = "csv") -> StreamingResponse:
    """Stream a version as CSV or as TXT."""
    view = lexicons.get(who, reference)
    name = quote(f"{view.name}-{view.version}.{format}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(lexicons.export(who, reference, format), media_type=f"text/{format}", headers=headers)


@router.delete("/lexicons/{reference}", status_code=204, summary="Delete a word list")
def delete(who: Who, reference: str) -> None:
    """Move the word list to the trash."""
    lexicons.trash(who, reference)


@router.get("/reviews", summary="Queues of reviews")
def queues(who: Who) -> list[ReviewCounts]:
    """Return how many texts wait, by model."""
    return reviews.counts(who)


@router.get("/reviews/{model}", summary="Texts to review")
def waiting(who: Who, model: str, judged: bool = False, limit: Limit = 20, offset: Offset = 0) -> list[ReviewView]:
    """Return texts that wait, oldest first, or those that people judged."""
    return reviews.list_(who, model, judged, limit, offset)


@router.put("/reviews/{review}/label", summary="Judge a text")
def judge(who: Who, review: str, body: Label) -> ReviewView:
    """Say what a text is."""
    return reviews.judge(who, review, [body.label] if body.labels is None and body.label is not None else body.labels)


@router.delete("/reviews/{review}/label", summary="Take a judgement back")
def undo(who: Who, review: str) -> ReviewView:
    """Put a judged text back into the queue."""
    return reviews.undo(who, review)


@router.post("/reviews/{model}/dataset", status_code=201, summary="Make a dataset version of the reviews")
def make_dataset(who: Who, model: str, body: Base) -> DatasetVersionView:
    """Make a version of what people said: added to a dataset, or one of its own."""
    return reviews.make_version(who, model, body.dataset)
