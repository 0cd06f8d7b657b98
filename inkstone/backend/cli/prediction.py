"""``predict --input FILE --output FILE``: any readable file in, labels and scores out, row by row."""

import csv
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inkstone import paths
from inkstone.backend.cli.errors import BAD_OUTPUT_FILE, ROLE_NEEDED
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.service import models
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.csv_safety import neutralise
from inkstone.backend.service.errors import UNKNOWN_COLUMN, UPLOAD_MISSING
from inkstone.backend.service.tables import spread_rows
from inkstone.components.artifacts import ROW_ID, Table

_BATCH = 1024
_SEPARATORS = {".csv": ",", ".tsv": "\t"}
Write = Callable[[Sequence[Any]], None]


def predict_file(actor: Actor, model: str, source: Path, output: Path, columns: tuple[str | None, str | None]) -> int:
    """Predict every row of a file; return how many there are. The output appears whole or not at all.

    Args:
        actor: Who asks.
        model: ``NAME`` or ``NAME@2``.
        source: Any file that datasets can be made of.
        output: A ``.csv``, ``.tsv`` or ``.jsonl`` file.
        columns: Text and second text column, as far as the user named them.
    """
    from inkstone.components.data.reading import read_table

    if not source.exists():
        raise UPLOAD_MISSING(at="--input", name=str(source))
    models.get(actor, model)  # before the file is read
    require_writable(output)
    if output.suffix.lower() not in {*_SEPARATORS, ".jsonl"}:
        raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem=output.suffix or "?")
    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as folder:
        with import_progress(source.name) as progress:
            read_table(source, source.name, Path(folder) / "table", progress=progress)
        return _predict_table(actor, model, Table(Path(folder) / "table"), output, columns)


def require_writable(output: Path) -> None:
    """Raise ``cli.bad_output_file`` when the folder of a file to write is missing."""
    if not output.resolve().parent.is_dir():
        raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem="no such folder")


def _predict_table(actor: Actor, model: str, table: Table, output: Path, columns: tuple[str | None, str | None]) -> int:
    text, pair = _columns(table, columns)
    names = [item.name for item in table.info.columns]
    rows = 0
    decides = models.get(actor, model).task == "risk_control"
    with _writer(output, [*names, "predicted", "score", *(["decision"] if decides else [])]) as write:
        for batch in _batches(table):
            texts = ["" if row[text] is None else str(row[text]) for row in batch]
            pairs = ["" if row[pair] is None else str(row[pair]) for row in batch] if pair else None
            for row, ranked in zip(batch, models.predict(actor, model, texts, pairs), strict=True):
                decision = [ranked[0].decision] if decides else []
                write([*(row[name] for name in names), ranked[0].label, ranked[0].score, *decision])
                rows += 1
    return rows


def _columns(table: Table, wanted: tuple[str | None, str | None]) -> tuple[str, str | None]:
    from inkstone.components.data.roles import SAMPLE_ROWS, guess_roles

    names = [item.name for item in table.info.columns]
    for name in wanted:
        if name is not None and name not in names:
            raise UNKNOWN_COLUMN(at="--column", column=name, columns=", ".join(names))
    text, pair = wanted
    if text is None and len(names) == 1:
        text = names[0]
    if text is None:
        guess = guess_roles(table.info, spread_rows(table.path, SAMPLE_ROWS)).get("text")
        if guess is None:
            raise ROLE_NEEDED(at="--column", role="text", columns=", ".join(names), option="--column")
        text = guess.column
    return text, pair


def _batches(table: Table) -> Iterator[list[dict[str, Any]]]:
    for batch in table.batches():
        for start in range(0, batch.num_rows, _BATCH):
            rows = batch.slice(start, _BATCH).to_pylist()
            for row in rows:
                row.pop(ROW_ID)
            yield rows


@contextmanager
def _writer(output: Path, columns: list[str]) -> Iterator[Write]:
    """Open a result file: under a temporary name until it is complete."""
    unfinished = output.with_name(f".{output.name}.unfinished")
    separator = _SEPARATORS.get(output.suffix.lower())
    try:
        # The mark lets spreadsheets see that the file is UTF-8.
        with unfinished.open("w", newline="", encoding="utf-8-sig" if separator else "utf-8") as file:
            if separator:
                writer = csv.writer(file, delimiter=separator)
                writer.writerow([neutralise(name) for name in columns])
                yield lambda row: writer.writerow([neutralise(cell) for cell in row])
            else:
                yield lambda row: print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False), file=file)
        unfinished.replace(output)
    except OSError as error:
        raise BAD_OUTPUT_FILE(at="--output", file=str(output), problem=error.strerror or str(error)) from error
    finally:
        unfinished.unlink(missing_ok=True)
