"""The work of ``data.clean``: which rows stay, and writing them with normalised texts."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from inkstone.components.artifacts import ROW_ID, Table
from inkstone.components.data.errors import NOTHING_LEFT
from inkstone.components.data.labels import file_row
from inkstone.components.data.normalise import EVASION_KEY, ORIGIN_KEY, Normaliser, TextOptions, with_evasion
from inkstone.components.data.same_texts import contradictory, repeated
from inkstone.components.data.text_keys import digest, text_key
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from inkstone.components.data.clean import CleanParams

EXAMPLES = 5


@dataclass
class Outcome:
    """What cleaning did to one part.

    Attributes:
        table: The cleaned table.
        before: Rows it had.
        after: Rows it has.
        normaliser: What was changed inside texts, counted.
        dropped: Reason to number of rows dropped.
        examples: Reason to the first few dropped rows: row of the file, text, label.
    """

    table: Table
    before: int
    after: int
    normaliser: Normaliser
    dropped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str, str]]] = field(default_factory=dict)


@dataclass
class _Rows:
    """What the first pass keeps of each row: 8 bytes for the text, 8 for the label, one for emptiness."""

    keys: "np.ndarray"
    labels: "np.ndarray"
    empty: "np.ndarray"


def clean_table(ctx: Context, table: Table, out: Path, params: "CleanParams", *, drops_rows: bool) -> Outcome:
    """Clean one part in two passes: the first decides which rows stay, the second writes them."""
    if "entities" in table.info.roles:
        ctx.log(
            text(
                "有实体列：只删除行，不改动文本，实体的位置才不会错。",
                "There is an entity column: rows are dropped, but texts stay as they are, or entities would be misplaced.",
            )
        )
    names = {"width", "spaces", "emoji", "html", "invisible", "emoji_language"}
    options = TextOptions(**params.model_dump(include=names))
    reasons = _reasons(_first_pass(ctx, table, options), params) if drops_rows else None
    outcome = Outcome(Table(out), table.info.rows, 0, Normaliser(options))
    outcome.table = _second_pass(ctx, table, out, outcome, reasons)
    outcome.after = outcome.table.info.rows
    if outcome.after == 0 and drops_rows:
        raise NOTHING_LEFT()
    _log(ctx, outcome)
    return outcome


def _text_columns(table: Table) -> list[str]:
    roles = table.info.roles
    return [table.column("text")] + ([roles["text_pair"]] if "text_pair" in roles else [])


def _label_column(table: Table) -> str | None:
    roles = table.info.roles
    return roles.get("label") or roles.get("labels")


def _first_pass(ctx: Context, table: Table, options: TextOptions) -> _Rows:
    import numpy as np

    normalise = Normaliser(options)
    texts, label = _text_columns(table), _label_column(table)
    rows = table.info.rows
    found = _Rows(np.zeros(rows, np.uint64), np.zeros(rows, np.uint64), np.zeros(rows, bool))
    at = 0
    for batch in table.batches(texts + ([label] if label else [])):
        columns = [[normalise(value or "") for value in batch.column(name).to_pylist()] for name in texts]
        labels = [str(value) for value in batch.column(label).to_pylist()] if label else [""] * batch.num_rows
        for place, row in enumerate(zip(*columns, strict=True), start=at):
            found.keys[place] = text_key(*row)
            found.empty[place] = not any(part.strip() for part in row)
        found.labels[at : at + batch.num_rows] = [digest(value) for value in labels]
        at += batch.num_rows
        ctx.progress(at, 2 * rows)
    return found


def _reasons(rows: _Rows, params: "CleanParams") -> "np.ndarray":
    """Return for each row why it goes: 0 it stays, 1 empty, 2 duplicate, 3 contradiction."""
    import numpy as np

    reasons = np.zeros(len(rows.keys), np.int8)
    if params.drop_empty:
        reasons[rows.empty] = 1
    if params.conflicts != "keep":
        staying = np.flatnonzero(reasons == 0)
        reasons[staying[contradictory(rows.keys[staying], rows.labels[staying], params.conflicts)]] = 3
    if params.drop_duplicates:
        staying = np.flatnonzero(reasons == 0)
        reasons[staying[repeated(rows.keys[staying], rows.labels[staying])]] = 2
    return reasons


_REASON_NAMES = {1: "empty", 2: "duplicate", 3: "contradiction"}


def _second_pass(ctx: Context, table: Table, out: Path, outcome: Outcome, reasons: "np.ndarray | None") -> Table:
    import pyarrow as pa

    from inkstone.components.data.writing import TableWriter

    info = table.info
    texts = _text_columns(table)
    at = 0
    with TableWriter(out, info.columns) as writer:
        for batch in table.batches():
            rows = batch.num_rows
            if reasons is not None:
                part = reasons[at : at + rows]
                _note_dropped(batch, part, outcome, table)
                staying = batch.filter(pa.array(part == 0))
            else:
                staying = batch
            data = dict(zip(staying.schema.names, staying.columns, strict=True))
            for name in texts if "entities" not in info.roles else ():
                clean = [outcome.normaliser(value or "") for value in data[name].to_pylist()]
                data[name] = pa.array(clean, pa.string())
            writer.write(data)
            at += rows
            ctx.progress(info.rows + at, 2 * info.rows)
        if "entities" in info.roles:  # their positions count the characters of the text as it is
            return writer.finish_like(info)
        before = json.loads(info.origin.get(ORIGIN_KEY, "{}")).get(EVASION_KEY)
        done = with_evasion(outcome.normaliser.options.to_json(), before)
        origin = info.origin | {ORIGIN_KEY: done}
        return writer.finish_like(info, origin=origin)


def _note_dropped(batch: "pa.RecordBatch", reasons: "np.ndarray", outcome: Outcome, table: Table) -> None:
    text_name, label, origin = table.column("text"), _label_column(table), table.info.origin
    for code, name in _REASON_NAMES.items():
        places = (reasons == code).nonzero()[0]
        outcome.dropped[name] += len(places)
        examples = outcome.examples.setdefault(name, [])
        for place in places[: EXAMPLES - len(examples)].tolist():
            row = file_row(origin, batch.column(ROW_ID)[place].as_py())
            shown = str(batch.column(text_name)[place].as_py() or "")[:200]
            examples.append((row, shown, str(batch.column(label)[place].as_py()) if label else ""))


def _log(ctx: Context, outcome: Outcome) -> None:
    drops = outcome.dropped
    ctx.log(
        text(
            f"{outcome.before} 行清洗后剩 {outcome.after} 行：空 {drops['empty']}，重复 {drops['duplicate']}，标签矛盾 {drops['contradiction']}。",
            f"{outcome.before} rows became {outcome.after}: {drops['empty']} empty, {drops['duplicate']} duplicate, "
            f"{drops['contradiction']} contradictory.",
        )
    )
