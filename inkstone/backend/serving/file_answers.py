"""Answers every row of a table, block by block and in their order: by the model of this process, or by actors on Ray.

On Ray each actor holds the model with its engine and reads its blocks from the table itself, so neither rows nor weights travel
through Ray; what comes back are the answers of the blocks that are under way.
"""

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.backend.serving.loaded import ask, classifier
from inkstone.backend.serving.predictor import Predictor, Ranked
from inkstone.components.artifacts import ROW_ID, Table
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import PAIRS_NEEDED

if TYPE_CHECKING:
    import numpy as np
    from datasets import Dataset

BLOCK = 1024
Row = dict[str, Any]
Answers = list[list[Ranked]]


@dataclass(frozen=True)
class Question:
    """What is asked of which model.

    Attributes:
        model: The model's folder.
        table: The table's folder.
        text: Column of the texts.
        pair: Column of the second texts, for a model of pairs.
    """

    model: str
    table: str
    text: str
    pair: str | None = None


def blocks(question: Question, columns: list[str] | None = None) -> Iterator[list[Row]]:
    """Yield the rows of the table, only the ``columns`` asked for, a block at a time."""
    rows = _rows(question, columns)
    for start in range(0, len(rows), BLOCK):
        yield _block(rows, start)


def answers(question: Question, *, on_ray: bool) -> Iterator[Answers]:
    """Yield the answers of each block.

    Args:
        question: What is asked.
        on_ray: By actors of the Ray that this process has joined; else here.

    Raises:
        InkstoneError: ``predict.pairs_needed``, or what is wrong with the model.
    """
    # Before the first row: an actor that cannot answer would be started again and again.
    if model_io.verify(Path(question.model)).settings.get("pairs") and question.pair is None:
        raise PAIRS_NEEDED(at="pair_column")
    return _by_actors(question) if on_ray else _here(question)


def _here(question: Question) -> Iterator[Answers]:
    for rows in blocks(question, _asked(question)):
        texts, pairs = _texts(rows, question)
        yield ask(Path(question.model), lambda model: classifier(model).predict(texts, pairs))  # noqa: B023 - called now


def _by_actors(question: Question) -> Iterator[Answers]:
    import ray

    count = -(-Table(Path(question.table)).info.rows // BLOCK)
    if not count:
        return
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.enable_progress_bars = False
    cpus = int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]
    numbers = ray.data.range(count, override_num_blocks=count)
    found = numbers.map_batches(
        Answerer,
        fn_constructor_kwargs=asdict(question),
        batch_size=1,
        num_cpus=1,
        # One core is left to what feeds them.
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=max(1, min(cpus - 1, count))),
    )
    for row in found.iter_rows():
        told = json.loads(row["answers"])
        if isinstance(told, dict):
            raise InkstoneError.from_dict(told)
        yield told


class Answerer:
    """The actor: a model with its engine. The model is loaded at the first block, so that its errors can be told."""

    def __init__(self, **question: Any) -> None:
        self.question = Question(**question)
        self.rows = _rows(self.question, _asked(self.question))
        self.model: Predictor | None = None

    def __call__(self, batch: "Mapping[str, np.ndarray]") -> dict[str, Any]:
        """Answer one block, whose number is ``id``: a JSON list of answers, or the error as a JSON object."""
        rows = _block(self.rows, int(batch["id"][0]) * BLOCK)
        try:
            self.model = self.model or Predictor(Path(self.question.model))
            found: Any = self.model.predict(*_texts(rows, self.question))
        except InkstoneError as problem:
            found = problem.as_dict()
        return {"id": batch["id"], "answers": [json.dumps(found, ensure_ascii=False)]}


def _asked(question: Question) -> list[str]:
    return [name for name in (question.text, question.pair) if name is not None]


def _rows(question: Question, columns: list[str] | None) -> "Dataset":
    data = Table(Path(question.table)).dataset()
    return data.select_columns(columns) if columns else data.remove_columns([ROW_ID])


def _block(rows: "Dataset", start: int) -> list[Row]:
    found: list[Row] = rows.select(range(start, min(start + BLOCK, len(rows)))).to_list()
    return found


def _texts(rows: list[Row], question: Question) -> tuple[list[str], list[str] | None]:
    return _words(rows, question.text), _words(rows, question.pair) if question.pair is not None else None


def _words(rows: list[Row], column: str) -> list[str]:
    return ["" if row[column] is None else str(row[column]) for row in rows]
