"""Predicts every row of a file: labels and scores beside the columns that the file had."""

import csv
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from inkstone import paths
from inkstone.backend.runtime.executors.cluster import Cluster
from inkstone.backend.runtime.executors.sessions import ADDRESS, ray_variables
from inkstone.backend.runtime.failures import describe
from inkstone.backend.service import models
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.csv_safety import neutralise
from inkstone.backend.service.errors import UNKNOWN_COLUMN
from inkstone.backend.service.prediction_errors import COLUMN_NEEDED
from inkstone.backend.service.tables import spread_rows
from inkstone.components.artifacts import Table
from inkstone.components.data.options import Progress

SEPARATORS = {".csv": ",", ".tsv": "\t"}
ENDINGS = (*SEPARATORS, ".jsonl")
_PROCESSORS = 2  # an actor, and what feeds it
Write = Callable[[Sequence[Any]], None]


@dataclass(frozen=True)
class Wish:
    """How a file is to be predicted.

    Attributes:
        column: The text column; None guesses it.
        pair_column: The second text column, for a model of pairs.
        on_ray: By actors on Ray; None: where ``INKSTONE_RAY_ADDRESS`` names a cluster.
        format: Of a job's answers: ``csv``, ``tsv`` or ``jsonl``.
    """

    column: str | None = None
    pair_column: str | None = None
    on_ray: bool | None = None
    format: str = "csv"

    @property
    def ray(self) -> bool:
        """Whether Ray answers."""
        return bool(os.environ.get(ADDRESS)) if self.on_ray is None else self.on_ray


def predict_table(
    actor: Actor, model: str, table: Table, output: Path, wish: Wish, *, progress: Progress | None = None
) -> int:
    """Write each row with its answer; return how many there are. The output appears whole or not at all.

    Args:
        actor: Who asks.
        model: ``NAME`` or ``NAME@2``.
        table: The rows.
        output: A ``.csv``, ``.tsv`` or ``.jsonl`` file.
        wish: Columns, and where the model runs.
        progress: Told (rows done, rows in all).

    Raises:
        InkstoneError: ``models.unknown``, ``dataset.unknown_column``, ``predict.column_needed``, ``predict.pairs_needed``,
            ``model.other_answer``, ``runs.ray_unreachable``.
        OSError: Where the output cannot be written.
    """
    from inkstone.backend.serving.file_answers import Question, answers, blocks

    text, pair = _columns(table, wish)
    question = Question(str(models.classifier_folder(actor, model)), str(table.path), text, pair)
    names = [item.name for item in table.info.columns]
    decides = models.get(actor, model).task == "risk_control"
    answered = answers(question, on_ray=wish.ray)
    done = 0
    heads = [*names, "predicted", "score", *(["decision"] if decides else [])]
    with _writer(output, heads) as write, _joined() if wish.ray else nullcontext():
        for rows, found in zip(blocks(question), answered, strict=True):
            for row, ranked in zip(rows, found, strict=True):
                best = ranked[0]
                decision = [best.get("decision")] if decides else []
                # Where a text may be of several classes, all that the policy decides for.
                others = [item["label"] for item in ranked[1:] if "decision" in item]
                write([*(row[name] for name in names), "; ".join([best["label"], *others]), best["score"], *decision])
            done += len(rows)
            if progress is not None:
                progress(done, table.info.rows)
    return done


@contextmanager
def _joined() -> Iterator[None]:
    """Join the cluster, or start a Ray of this process; say in plain language what goes wrong there."""
    os.environ.update({name: value for name, value in ray_variables().items() if name not in os.environ})
    import ray  # reads those variables as it is imported

    cluster = Cluster(f"predict-{uuid4().hex[:12]}", _PROCESSORS)
    try:
        cluster.wait()
        yield
    except ray.exceptions.RayError as error:
        raise describe(error, "") from error
    finally:
        cluster.stop()


def _columns(table: Table, wish: Wish) -> tuple[str, str | None]:
    from inkstone.components.data.roles import SAMPLE_ROWS, guess_roles

    names = [item.name for item in table.info.columns]
    for name in (wish.column, wish.pair_column):
        if name is not None and name not in names:
            raise UNKNOWN_COLUMN(at="column", column=name, columns=", ".join(names))
    text = names[0] if wish.column is None and len(names) == 1 else wish.column
    if text is None:
        guess = guess_roles(table.info, spread_rows(table.path, SAMPLE_ROWS)).get("text")
        if guess is None:
            raise COLUMN_NEEDED(at="column", columns=", ".join(names))
        text = guess.column
    return text, wish.pair_column


@contextmanager
def parsed(source: Path, file_name: str, progress: Progress | None = None) -> Iterator[Table]:
    """Parse a file into a table that is there while the block runs.

    Raises:
        InkstoneError: ``data.*``: what is wrong with the file, and in which row.
    """
    from inkstone.components.data.reading import read_table

    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as folder:
        read_table(source, file_name, Path(folder) / "table", progress=progress)
        yield Table(Path(folder) / "table")


@contextmanager
def _writer(output: Path, columns: list[str]) -> Iterator[Write]:
    """Open a result file: under a temporary name until it is complete."""
    unfinished = output.with_name(f".{output.name}.unfinished")
    separator = SEPARATORS.get(output.suffix.lower())
    try:
        # The mark lets spreadsheets see that the file is UTF-8.
        with unfinished.open("w", newline="", encoding="utf-8-sig" if separator else "utf-8") as file:
            if separator:
                writer = csv.writer(file, delimiter=separator)
                writer.writerow([neutralise(name) for name in columns])
                yield lambda row: writer.writerow([neutralise(cell) for cell in row])
            else:
                yield lambda row: print(json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False), file=file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
