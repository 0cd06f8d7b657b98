"""Rows of an evaluation kept as a dataset of their own, or as a test suite: rows whose labels are the right answers."""

import tempfile
from pathlib import Path
from typing import Literal

from inkstone import paths
from inkstone.backend.service import evaluated_rows
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.service.analysis.errors import NOTHING_SELECTED
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.backend.service.uploads import Incoming
from inkstone.backend.service.views import DatasetVersionView
from inkstone.components.artifacts import ROW_ID

Purpose = Literal["dataset", "suite"]
SOURCE_ROW = "source_row"
"""Column with the number that the row has in the data it came from."""


def save(
    actor: Actor, run_id: str, node: str, wanted: RowFilter, name: str, *, purpose: Purpose = "dataset"
) -> DatasetVersionView:
    """Make a dataset of the rows that a filter lets through; a known name gets a new version.

    Args:
        actor: Who saves.
        run_id: The run.
        node: The evaluation.
        wanted: Which rows.
        name: Name of the dataset.
        purpose: ``dataset``, or ``suite``: it is kept apart from training and its labels are what a model must answer.

    Raises:
        InkstoneError: ``runs.output_not_found``, ``analysis.nothing_selected``, ``upload.other_columns``, ``path.bad_name``.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    require_create(actor, "dataset.upload")
    judged = evaluated_rows.judged_rows(actor, run_id, node)
    rows = evaluated_rows.chosen_rows(judged, wanted)
    if not rows:
        raise NOTHING_SELECTED()
    columns = {
        "text": pa.array([row["text"] for row in rows], pa.string()),
        "label": pa.array([row["label"] for row in rows], pa.string()),
        SOURCE_ROW: pa.array([row[ROW_ID] for row in rows], pa.int64()),
    }
    roles = {"text": "text", "label": "label"}
    if "text_pair" in rows[0]:
        columns["text_pair"] = pa.array([row["text_pair"] for row in rows], pa.string())
        roles["text_pair"] = "text_pair"
    made = {
        "how": purpose if purpose == "suite" else "selection",
        "labels": len(rows),
        "by": actor.name,
        "from": f"{run_id[:8]}:{node}",
        "filter": wanted.model_dump(mode="json", exclude_defaults=True),
    }
    with tempfile.TemporaryDirectory(dir=paths.folder("uploads")) as folder:
        file = Path(folder) / "selection.parquet"
        pq.write_table(pa.table(columns), file)
        with Incoming(actor, f"{paths.safe_name(name)}.parquet") as incoming:
            incoming.take(file)
            return incoming.register(name=name, roles=roles, made=made)
