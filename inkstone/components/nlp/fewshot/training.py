"""How every few-shot method trains: a budget of steps instead of epochs, rates by the width of the encoder."""

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Table
from inkstone.components.nlp.fewshot.errors import CLASS_WITHOUT_EXAMPLES
from inkstone.components.nlp.fewshot.folds import as_table
from inkstone.components.nlp.rows import TextRows
from inkstone.components.nlp.training_rows import read_training_rows
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult
    from inkstone.components.nlp.task import Task
    from inkstone.components.nlp.text_classification import TextClassification

STEPS = 200
"""Optimiser steps that a method gets when the user names no number of epochs ..."""
FEWEST_EPOCHS, MOST_EPOCHS = 8, 50
"""... within these bounds."""


@dataclass(frozen=True)
class Work:
    """One training of a method.

    Attributes:
        ctx: The surroundings of the node.
        encoder: Folder of the encoder.
        reference: What the user called it.
        labels: The classes in their order.
        rows: The training rows.
        seed: Of order, dropout and fresh weights.
        max_length: Tokens of text and pattern; None: the encoder's window, 128 at most.
        batch_size: Rows of a step; None: 8 up to 64 rows, 16 above.
        epochs: Passes over the rows; None: by ``STEPS``.
        learning_rate: None: by the method and the encoder's width.
        precision: As in ``FitSettings``.
        unlabelled: Further texts, for methods that can use them.
        normalised: How ``data.clean`` treated the texts; the model treats new ones alike.
        part: Which of the node's trainings this is, and of how many; (0, 1) is the only one.
        columns: The user's names of the columns with roles.
        quiet: Say nothing in the log that an earlier training of the node has said.
    """

    ctx: Context
    encoder: Path
    reference: str
    labels: list[str]
    rows: TextRows
    seed: int
    max_length: int | None = None
    batch_size: int | None = None
    epochs: float | None = None
    learning_rate: float | None = None
    precision: Any = "auto"
    unlabelled: Sequence[str] = ()
    normalised: str | None = None
    part: tuple[int, int] = (0, 1)
    columns: Mapping[str, str] = field(default_factory=dict)
    quiet: bool = False

    def on(self, rows: TextRows, seed: int, part: tuple[int, int] | None = None) -> "Work":
        """Return the same work on other rows with another seed."""
        return replace(self, rows=rows, seed=seed, part=part or self.part, quiet=part is None or part[0] > 0)

    @property
    def window(self) -> int:
        """Tokens of text and pattern together."""
        from inkstone.components.nlp.encoders import longest_input

        return min(self.max_length or 128, longest_input(self.encoder))

    @property
    def pairs(self) -> bool:
        """The rows are pairs of texts."""
        return self.rows.pairs is not None


Method = Callable[[Work, Any, Path], None]
"""Trains with the parameters of its component and writes a model folder."""


def read_few(ctx: Context, table: Table, *, examples_needed: bool = True) -> tuple[TextRows, list[str]]:
    """Return labelled rows and all classes that the table knows.

    Raises:
        InkstoneError: ``fewshot.class_without_examples``, and those of ``read_training_rows``.
    """
    rows, labels = read_training_rows(ctx, table)
    missing = [label for label in table.info.labels or [] if label not in labels]
    if missing and examples_needed:
        raise CLASS_WITHOUT_EXAMPLES(labels=", ".join(missing[:20]), at="label")
    return rows, labels


def rate_for(encoder: Path, scale: float = 1.0) -> float:
    """Return a learning rate for an encoder: ``scale * 2e-5 * (768 / width)``, small encoders take larger steps."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(encoder, local_files_only=True)
    width = int(config.hidden_size if hasattr(config, "hidden_size") else config.dim)
    return scale * 2e-5 * 768 / width


def plain_classifier(work: Work) -> "TextClassification":
    """Return the task of plain fine-tuning: the encoder under a fresh head on the mean of its tokens."""
    from inkstone.components.nlp.text_classification import Settings, TextClassification

    return TextClassification(
        Settings(
            encoder=str(work.encoder),
            labels=tuple(work.labels),
            max_length=work.window,
            pooling="mean",
            pairs=work.pairs,
        )
    )


def fit(
    work: Work,
    task: "Task",
    *,
    rate: float,
    epochs: float | None = None,
    batch_size: int | None = None,
    sequences: int = 1,
) -> "FitResult":
    """Train a task on the rows of ``work``.

    Args:
        work: The rows and what the user asked for.
        task: What to learn.
        rate: Learning rate unless the user named one.
        epochs: Passes unless the user named a number; None: by ``STEPS``.
        batch_size: Rows of a step unless the user named a number.
        sequences: How often a step reads each row, such as once a pattern: the budget counts what is read.
    """
    from inkstone.components.nlp.fitting import FitSettings

    count = len(work.rows.texts)
    batch = work.batch_size or batch_size or (8 if count <= 64 else 16)
    passes = work.epochs or epochs or passes_for(count, batch) / sequences
    folder = work.ctx.scratch() / "few-shot-rows"
    shutil.rmtree(folder, ignore_errors=True)
    # One long epoch instead of many short ones: each epoch ends with a checkpoint.
    table = as_table(work.rows, work.labels, folder, times=max(1, round(passes)))
    settings = FitSettings(
        epochs=1.0 if passes >= 1 else passes,
        batch_size=batch,
        learning_rate=work.learning_rate or rate,
        warmup_ratio=0.1,
        seed=work.seed,
        precision=work.precision,
        part=work.part,
    )
    return work.ctx.fit(task, table, None, settings)


def passes_for(rows: int, batch_size: int) -> int:
    """Return how many passes over ``rows`` make ``STEPS`` steps, within bounds."""
    steps = math.ceil(rows / batch_size)
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, math.ceil(STEPS / steps)))


def keep(result: "FitResult", target: Path) -> None:
    """Copy a trained model out of the folder that the next training uses again."""
    shutil.copytree(result.folder, target, dirs_exist_ok=True)


def warn_of_cut_texts(work: Work, fixed: int) -> None:
    """Tell how many texts are longer than the window, and what to change."""
    if work.quiet:
        return
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.fewshot.encoding import text_ids

    tokenizer = model_io.load_tokenizer(work.encoder)
    lengths = [len(ids) for ids in text_ids(tokenizer, work.rows.texts, 100_000)]
    if work.rows.pairs is not None:
        lengths = [a + len(b) for a, b in zip(lengths, text_ids(tokenizer, work.rows.pairs, 100_000), strict=True)]
    cut = sum(length + fixed > work.window for length in lengths)
    if cut:
        work.ctx.log(
            text(
                f"{cut} 条文本超出 {work.window} 个词元的窗口，只读开头部分；需要时请增大最大长度",
                f"{cut} texts are longer than the window of {work.window} tokens and only their beginning is read; "
                "raise the maximum length if the rest matters",
            ),
            "warning",
        )
