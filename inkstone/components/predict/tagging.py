"""Adds the answers of a tagging model to a table; not a component, ``predict.batch`` calls it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, ColumnInfo, Table
from inkstone.components.spec import Context

if TYPE_CHECKING:
    from inkstone.components.nlp.tagging.answers import TagAnswer

ROWS_AT_ONCE = 256
COLUMNS: dict[str, str] = {
    "predicted": "string",
    "score": "float64",
    "predicted_labels": "list<string>",
    "predicted_keywords": "list<string>",
    "predicted_entities": "string",
}
"""Columns that answers may fill; those that a model never fills are left out."""


def tag_table(ctx: Context, model_folder: Path, table: Table, batch_size: int) -> Table:
    """Stream a table through a tagger. The first rows tell which columns its answers have."""
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.tagging.loading import load_tagger

    model = load_tagger(model_folder)
    info = table.info
    (probe,) = model.answers([""])
    added = [name for name, filled in _filled(probe).items() if filled]
    kept = [item for item in info.columns if item.name not in COLUMNS]
    described = [ColumnInfo.model_validate({"name": name, "dtype": COLUMNS[name]}) for name in added]
    done = 0
    with TableWriter(ctx.output("table"), [*kept, *described]) as writer:
        for whole in table.batches():
            for start in range(0, whole.num_rows, ROWS_AT_ONCE):
                ctx.progress(done, info.rows)
                batch = whole.slice(start, ROWS_AT_ONCE)
                texts = ["" if value is None else str(value) for value in batch.column(info.roles["text"]).to_pylist()]
                columns: dict[str, Any] = {name: batch.column(name) for name in [ROW_ID, *(item.name for item in kept)]}
                cells = answer_columns(model.answers(texts, batch_size))
                writer.write(columns | {name: cells[name] for name in added})
                done += batch.num_rows
    ctx.progress(info.rows, info.rows)
    return writer.finish_like(info)


def _filled(answer: "TagAnswer") -> dict[str, bool]:
    category = answer.category is not None
    return {
        "predicted": category,
        "score": category,
        "predicted_labels": answer.labels is not None,
        "predicted_keywords": answer.keywords is not None,
        "predicted_entities": answer.entities is not None,
    }


def answer_columns(answers: "Sequence[TagAnswer]") -> dict[str, list[Any]]:
    """Return answers as columns of a table."""
    from inkstone.components.nlp.tagging.entities import Entity, write_entities

    best = [item.category[0] if item.category else None for item in answers]
    return {
        "predicted": [item.pred if item else None for item in best],
        "score": [item.prob if item else None for item in best],
        "predicted_labels": [[found.pred for found in item.labels or []] for item in answers],
        "predicted_keywords": [[found.word for found in item.keywords or []] for item in answers],
        "predicted_entities": [
            write_entities([Entity(e.start, e.end, e.label, e.prob) for e in item.entities or []], scores=True)
            for item in answers
        ],
    }
