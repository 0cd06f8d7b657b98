"""What every component with a teacher does around it: rows, the teacher's scores, the student's training, the outputs."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from inkstone import paths
from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Metrics, Model, Role, Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.data.writing import TableWriter
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import OTHER_LABELS, OTHER_METRIC, OTHER_PAIRS
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_logits, kept_scores, keys_of
from inkstone.components.nlp.fewshot.component import texts_of
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


LESSON = "lesson"
"""Key of a table's origin: all its rows are taught, the unlabelled ones too."""


@dataclass(frozen=True)
class Lesson:
    """The rows that a student learns from.

    Attributes:
        ctx: The surroundings of the node.
        labels: The classes, labels or entity types, in the student's order.
        rows: Labelled rows, then rows without a label.
        labelled: How many rows have a label.
        dev: Rows by which the best checkpoint is chosen.
        normalised: How ``data.clean`` treated the texts.
        role: The role of what is learned.
        cells: What people said of each row, as a cell of a table; None for rows without a label.
        figures: Dev figures by which a checkpoint can be chosen, the usual one first.
        form: What else the student takes over from its teacher, such as the tags.
    """

    ctx: Context
    labels: list[str]
    rows: TextRows
    labelled: int
    dev: Table | None
    normalised: str | None
    role: Role = "label"
    cells: Sequence[Any] = ()
    figures: tuple[str, ...] = ("accuracy", "macro_f1", "weighted_f1", "micro_f1", "loss")
    form: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pairs(self) -> bool:
        """The rows are pairs of texts."""
        return self.rows.pairs is not None

    def metric(self, wanted: str) -> str:
        """Return the figure by which the best checkpoint is chosen.

        Raises:
            InkstoneError: ``compress.other_metric`` where the task has no such figure.
        """
        if wanted == "auto":
            return self.figures[0]
        if wanted not in self.figures:
            raise OTHER_METRIC(metric=wanted, known=", ".join(self.figures), at="metric")
        return wanted

    def table(self, folder: Path) -> Table:
        """Write the rows as one table."""
        shutil.rmtree(folder, ignore_errors=True)
        columns: dict[str, Any] = {"text": self.rows.texts}
        if self.rows.pairs is not None:
            columns["text_pair"] = self.rows.pairs
        columns[self.role] = list(self.cells)
        lists = {"labels": "list<string>"}
        described = [ColumnInfo(name=name, dtype=lists.get(name, "string")) for name in columns]
        with TableWriter(folder, described) as writer:
            writer.write({ROW_ID: self.rows.row_ids, **columns})
            return writer.finish(
                roles={cast(Role, name): name for name in columns},
                labels=list(self.labels) if self.role == "label" else None,
                origin={LESSON: "yes"},
            )


def read_lesson(ctx: Context, inputs: Mapping[str, Any]) -> Lesson:
    """Return the labelled rows of ``train`` and the texts of ``unlabelled``, where there are any.

    Raises:
        InkstoneError: ``compress.other_pairs``, and those of ``read_training_rows``.
    """
    train: Table = inputs["train"]
    rows, labels = read_training_rows(ctx, train)
    every = with_unlabelled(rows, inputs.get("unlabelled"), train.column("text"))
    return Lesson(
        ctx=ctx,
        labels=labels,
        rows=every,
        labelled=len(rows.texts),
        dev=dev_of(inputs),
        normalised=train.info.origin.get(ORIGIN_KEY),
        cells=every.labels or [],
    )


def dev_of(inputs: Mapping[str, Any]) -> Table | None:
    """Return the dev table where it has rows."""
    dev: Table | None = inputs.get("dev")
    return dev if dev is not None and dev.info.rows else None


def with_unlabelled(rows: TextRows, table: Table | None, name: str) -> TextRows:
    """Return rows and, behind them, those of a table of unlabelled texts, whose text column may be called ``name``.

    Raises:
        InkstoneError: ``compress.other_pairs``.
    """
    if table is None:
        return rows
    if rows.pairs is not None:
        if not {"text", "text_pair"} <= set(table.info.roles):
            raise OTHER_PAIRS(teacher=_kind(True).zh, student=_kind(False).zh, at="unlabelled")
        found = read_rows(table, label_needed=False)
        texts, pairs = found.texts, found.pairs
    else:
        texts, pairs = texts_of(table, name), None
    return rows.plus(texts, [None] * len(texts), pairs)


def no_pairs(table: Table) -> None:
    """Raise ``compress.other_pairs`` for pairs of texts, which labels and entities are not for."""
    if "text_pair" in table.info.roles:
        raise OTHER_PAIRS(teacher=_both(False), student=_both(True), at="train")


def _both(pairs: bool) -> str:
    kind = _kind(pairs)
    return f"{kind.zh} / {kind.en}"


def _kind(pairs: bool) -> Any:
    return text("文本对", "pairs of texts") if pairs else text("单条文本", "single texts")


def check_teacher(model: "TextModel", labels: Sequence[str], pairs: bool) -> None:
    """Raise ``compress.other_labels`` or ``compress.other_pairs`` when a teacher does another task than the rows ask for."""
    if set(labels) != set(model.labels):
        raise other_labels(model.labels, labels)
    # An n-gram model reads a pair as one text, so its card is the only witness in both cases.
    if model.pairs != pairs:
        raise OTHER_PAIRS(teacher=_both(model.pairs), student=_both(pairs), at="teacher")


def other_labels(teacher: Iterable[str], rows: Iterable[str]) -> InkstoneError:
    """Return the error that names what only the teacher, or only the rows have."""
    theirs, ours = set(teacher), set(rows)
    only = [", ".join(sorted(part)[:10]) or "–" for part in (theirs - ours, ours - theirs)]
    return OTHER_LABELS(teacher=only[0], student=only[1], at="teacher")


def teacher_scores(lesson: Lesson, teacher: "TextModel") -> TeacherScores:
    """Return what a teacher thinks of all rows; texts that it has scored before, in any run, are not scored again."""
    check_teacher(teacher, lesson.labels, lesson.pairs)
    order = [teacher.labels.index(label) for label in lesson.labels]

    def score(texts: list[str], pairs: list[str] | None) -> "np.ndarray":
        lesson.ctx.log(text(f"老师正在给 {len(texts)} 条文本打分", f"The teacher scores {len(texts)} texts"))
        parts = list(score_rows(lesson.ctx, teacher, texts, pairs, 32))
        return as_logits(np.concatenate(parts)[:, order])

    folder = scores_folder(teacher.card.digest)
    return kept_scores(folder, teacher.card.digest, lesson.labels, lesson.rows, score, kind=TeacherScores)


def scores_folder(digest: str) -> Path:
    """Return where the scores of a teacher are kept."""
    return paths.folder("cache") / "teacher-scores" / digest


def agreement(lesson: Lesson, scores: TeacherScores) -> float:
    """Return the share of labelled rows on which a teacher gives the label that the row has."""
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
        profile=profile_of(lesson.rows.labelled()) if lesson.role == "label" else {},
        **card,
    )
    written = {"model": sealed.digest, "split": "dev", "values": dict(values), **facts}
    return {"model": Model(model), "metrics": Metrics.write(lesson.ctx.output("metrics"), written)}
