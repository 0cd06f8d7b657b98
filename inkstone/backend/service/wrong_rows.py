"""The rows that a model got wrong: what stands behind a cell of the confusion matrix."""

from typing import Any

from inkstone.backend.service import run_details
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.errors import OUTPUT_NOT_FOUND
from inkstone.backend.service.views import Preview
from inkstone.components.artifacts import ROW_ID, Table

_COLUMNS = ("label", "predicted")


def wrong_rows(
    actor: Actor, run_id: str, node: str, *, label: str | None = None, predicted: str | None = None, limit: int = 50
) -> Preview:
    """Return rows of an evaluation whose predicted class is not the true one, the surest mistakes first.

    Args:
        actor: Who asks.
        run_id: The run.
        node: The evaluation.
        label: Only rows of this true class.
        predicted: Only rows taken for this class.
        limit: Rows to return; ``total`` counts all of them.

    Raises:
        InkstoneError: ``run.output_not_found`` when the evaluation kept no rows.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    folder = run_details.output_folder(actor, run_id, node, "metrics") / "rows"
    if not folder.is_dir():
        raise OUTPUT_NOT_FOUND(node=node, at="metrics", port="rows")
    found = []
    for batch in Table(folder).batches():
        mask = pc.not_equal(batch.column("label"), batch.column("predicted"))
        for name, wanted in zip(_COLUMNS, (label, predicted), strict=True):
            if wanted is not None:
                mask = pc.and_(mask, pc.equal(batch.column(name), wanted))
        found.append(batch.filter(pc.fill_null(mask, False)))
    rows: list[dict[str, Any]] = pa.Table.from_batches(found).to_pylist() if found else []
    rows.sort(key=lambda row: -max(row["scores"]))
    names = [name for name in ("text", "text_pair", *_COLUMNS) if not rows or name in rows[0]]
    shown = [[*(row[name] for name in names), round(max(row["scores"]), 4)] for row in rows[:limit]]
    positions = [row[ROW_ID] for row in rows[:limit]]
    return Preview(columns=[*names, "score"], rows=shown, positions=positions, total=len(rows))
