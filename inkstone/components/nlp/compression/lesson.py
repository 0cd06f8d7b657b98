"""What every component with a teacher does around it: rows, the teacher's scores, the student's training, the outputs."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone import paths
from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import OTHER_LABELS, OTHER_PAIRS
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_logits, kept_scores
from inkstone.components.nlp.fewshot.component import texts_of
from inkstone.components.nlp.fewshot.folds import as_table
from inkstone.components.nlp.profile import profile_of
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.scoring import score_rows
from inkstone.components.nlp.training_rows import read_training_rows
from inkstone.components.spec import Component, Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.fitting import FitResult, FitSettings
    from inkstone.components.nlp.inference import TextModel
    from inkstone.components.nlp.task import Task


@dataclass(frozen=True)
class Lesson:
    """The rows that a student learns from.

    Attributes:
        ctx: The surroundings of the node.
        labels: The classes, in the student's order.
        rows: Labelled rows, then rows without a label.
        labelled: How many rows have a label.
        dev: Rows by which the best checkpoint is chosen.
        normalised: How ``data.clean`` treated the texts.
    """

    ctx: Context
    labels: list[str]
    rows: TextRows
    labelled: int
    dev: Table | None
    normalised: str | None

    @property
    def pairs(self) -> bool:
        """The rows are pairs of texts."""
        return self.rows.pairs is not None

    def table(self, folder: Path) -> Table:
        """Write the rows as one table."""
        shutil.rmtree(folder, ignore_errors=True)
        return as_table(self.rows, self.labels, folder)


def read_lesson(ctx: Context, inputs: Mapping[str, Any]) -> Lesson:
    """Return the labelled rows of ``train`` and the texts of ``unlabelled``, where there are any.

    Raises:
        InkstoneError: ``compress.other_pairs``, and those of ``read_training_rows``.
    """
    train: Table = inputs["train"]
    dev: Table | None = inputs.get("dev")
    rows, labels = read_training_rows(ctx, train)
    further: Table | None = inputs.get("unlabelled")
    every = _with_unlabelled(rows, further, train.column("text")) if further is not None else rows
    return Lesson(
        ctx=ctx,
        labels=labels,
        rows=every,
        labelled=len(rows.texts),
        dev=dev if dev is not None and dev.info.rows else None,
        normalised=train.info.origin.get(ORIGIN_KEY),
    )


def _with_unlabelled(rows: TextRows, table: Table, name: str) -> TextRows:
    if rows.pairs is not None:
        if not {"text", "text_pair"} <= set(table.info.roles):
            raise OTHER_PAIRS(teacher=_kind(True).zh, student=_kind(False).zh, at="unlabelled")
        found = read_rows(table, label_needed=False)
        texts, pairs = found.texts, found.pairs
    else:
        texts, pairs = texts_of(table, name), None
    start = max(rows.row_ids, default=-1) + 1
    return TextRows(
        [*rows.row_ids, *range(start, start + len(texts))],
        [*rows.texts, *texts],
        [*rows.pairs, *(pairs or [])] if rows.pairs is not None else None,
        [*(rows.labels or []), *([None] * len(texts))],
    )


def _kind(pairs: bool) -> Any:
    return text("文本对", "pairs of texts") if pairs else text("单条文本", "single texts")


def check_teacher(model: "TextModel", labels: Sequence[str], pairs: bool) -> None:
    """Raise ``compress.other_labels`` or ``compress.other_pairs`` when a teacher does another task than the rows ask for."""
    ours, theirs = set(labels), set(model.labels)
    if ours != theirs:
        only = [", ".join(sorted(part)[:10]) or "–" for part in (theirs - ours, ours - theirs)]
        raise OTHER_LABELS(teacher=only[0], student=only[1], at="teacher")
    # An n-gram model reads a pair as one text, so its card is the only witness in both cases.
    if model.pairs != pairs:
        zh, en = ([getattr(_kind(kind), language) for kind in (model.pairs, pairs)] for language in ("zh", "en"))
        raise OTHER_PAIRS(teacher=f"{zh[0]} / {en[0]}", student=f"{zh[1]} / {en[1]}", at="teacher")


def teacher_scores(lesson: Lesson, teacher: "TextModel") -> TeacherScores:
    """Return what a teacher thinks of all rows; texts that it has scored before, in any run, are not scored again."""
    check_teacher(teacher, lesson.labels, lesson.pairs)
    order = [teacher.labels.index(label) for label in lesson.labels]

    def score(texts: list[str], pairs: list[str] | None) -> "np.ndarray":
        lesson.ctx.log(text(f"老师正在给 {len(texts)} 条文本打分", f"The teacher scores {len(texts)} texts"))
        parts = list(score_rows(lesson.ctx, teacher, texts, pairs, 32))
        return as_logits(np.concatenate(parts)[:, order])

    folder = paths.folder("cache") / "teacher-scores" / teacher.card.digest
    return kept_scores(folder, teacher.card.digest, lesson.labels, lesson.rows, score)


def agreement(lesson: Lesson, scores: TeacherScores) -> float:
    """Return the share of labelled rows on which a teacher gives the label that the row has."""
    from inkstone.components.nlp.compression.teacher_scores import keys_of

    logits, _ = scores.of(keys_of(lesson.rows))
    chosen = logits[: lesson.labelled].argmax(axis=1)
    true = [lesson.labels.index(label or "") for label in (lesson.rows.labels or [])[: lesson.labelled]]
    return float((chosen == np.asarray(true)).mean())


def fit_student(lesson: Lesson, task: "Task", settings: "FitSettings") -> "FitResult":
    """Train a student on the rows of a lesson."""
    return lesson.ctx.fit(task, lesson.table(lesson.ctx.scratch() / "lesson"), lesson.dev, settings)


def finish(
    lesson: Lesson, spec: Component, folder: Path, values: Mapping[str, float], facts: Mapping[str, Any], **card: Any
) -> Mapping[str, Artifact]:
    """Copy a trained model to the output, complete its card and write the figures.

    Args:
        lesson: What was learned from.
        spec: The component.
        folder: Model folder.
        values: Dev figures.
        facts: What else the metrics artifact says.
        **card: Facts for the model's card.
    """
    model = lesson.ctx.output("model")
    shutil.copytree(folder, model, dirs_exist_ok=True)
    sealed = model_io.amend(
        model,
        component=spec.key,
        metrics=dict(values),
        normalised=lesson.normalised,
        profile=profile_of(lesson.rows.labelled()),
        **card,
    )
    written = {"model": sealed.digest, "split": "dev", "values": dict(values), **facts}
    return {"model": Model(model), "metrics": Metrics.write(lesson.ctx.output("metrics"), written)}
