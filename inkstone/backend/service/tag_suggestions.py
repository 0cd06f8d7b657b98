"""Suggestions for tags that no model knows yet: texts like the tag's name, and like the rows that people gave it so far."""

from collections.abc import Sequence
from typing import Any

from inkstone.backend.service import data_jobs, dataset_rows, label_entries
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import open_version
from inkstone.backend.service.errors import NO_TAGS
from inkstone.backend.service.label_queue import label_values, next_rows
from inkstone.backend.service.table_search import rows_at
from inkstone.backend.service.views import JobView, LabelQueue
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table
from inkstone.components.data.options import Progress

ENCODER = "inkstone-zh-tiny"
_JOB = "suggestions"
_READ_ROWS = 2000
_MOST_TAGS = 200
_MOST_EXAMPLES = 50
"""Examples of a tag that are read."""


def begin(actor: Actor, reference: str, tags: Sequence[str]) -> JobView:
    """Start looking, in the background, for rows that fit some tags; what people labelled meanwhile is taken in.

    Raises:
        InkstoneError: ``dataset.no_tags``.
    """
    require_create(actor, "dataset.label")
    return data_jobs.begin(actor, _JOB, reference, _question(reference, tags), again=True)


def look(actor: Actor, reference: str, tags: Sequence[str]) -> JobView:
    """Return how far that is; its result is a list of row, suggestion and confidence, the clearest first."""
    require_read(actor, "dataset.label")
    return data_jobs.look(_JOB, data_jobs.folder_of(_JOB, reference, _question(reference, tags)))


def suggest_now(
    actor: Actor, reference: str, tags: Sequence[str], progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Return row, suggestion and confidence, the clearest first, and wait for them.

    Raises:
        InkstoneError: ``dataset.no_tags``.
    """
    require_read(actor, "dataset.label_queue")
    found: list[dict[str, Any]] = work(actor, reference, _question(reference, tags), progress)
    return found


def stop(actor: Actor, reference: str, tags: Sequence[str]) -> None:
    """Stop looking."""
    require_create(actor, "dataset.label")
    data_jobs.stop(data_jobs.folder_of(_JOB, reference, _question(reference, tags)))


def queue(actor: Actor, reference: str, tags: Sequence[str], limit: int = 20) -> LabelQueue:
    """Return the rows to label next, those that fit a tag most clearly first."""
    require_read(actor, "dataset.label_queue")
    job = look(actor, reference, tags)
    with session() as db:
        given = label_entries.current(db, dataset_rows.find_version(db, reference))
    table, roles = open_version(reference)
    found = next_rows(table, roles, given, job.result if job.state == "done" else None, limit)
    return found.model_copy(update={"classes": list(dict.fromkeys([*tags, *found.classes]))})


def work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress | None) -> Any:
    """Do the job ``suggestions``."""
    from inkstone.components.nlp.encoders import resolve_encoder
    from inkstone.components.nlp.sentence_vectors import sentence_vectors
    from inkstone.components.nlp.tag_similarity import suggest

    table, roles = open_version(reference)
    text = roles.get("text") or table.column("text")
    rows = label_values(table, roles).sample(_READ_ROWS)
    texts = [str(row[text] or "") for row in rows_at(table, rows)]
    tags = {tag: _examples(reference, table, roles, text, tag) for tag in params["tags"]}
    encoder = resolve_encoder(ENCODER)
    found = suggest(
        texts, tags, lambda asked: sentence_vectors(encoder, asked, batch_size=64, longest=64, progress=progress)
    )
    judged = [
        {"row": int(row), "suggestion": item.tag, "confidence": item.confidence}
        for row, item in zip(rows, found, strict=True)
    ]
    return sorted(judged, key=lambda item: -float(item["confidence"]))


def _examples(reference: str, table: Table, roles: Any, text: str, tag: str) -> list[str]:
    """Return texts that bear a tag: in the table, or given by people."""
    with session() as db:
        entries = label_entries.current(db, dataset_rows.find_version(db, reference))
    places = [row for row, names in entries.items() if tag in names][:_MOST_EXAMPLES]
    found = [str(row[text] or "") for row in rows_at(table, places)] if places else []
    column = roles.get("label")
    if column is None or len(found) >= _MOST_EXAMPLES:
        return found
    for batch in table.batches([text, column]):
        pairs = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
        found += [str(words or "") for words, name in pairs if name == tag][: _MOST_EXAMPLES - len(found)]
        if len(found) >= _MOST_EXAMPLES:
            break
    return found


def _question(reference: str, tags: Sequence[str]) -> dict[str, Any]:
    wanted = list(dict.fromkeys(tag.strip() for tag in tags if tag.strip()))[:_MOST_TAGS]
    if not wanted:
        raise NO_TAGS(at="tags")
    return {"roles": open_version(reference)[1], "tags": wanted, "encoder": ENCODER}
