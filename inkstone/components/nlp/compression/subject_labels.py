"""Teaching any number of labels a text."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkstone.components.artifacts import Table
from inkstone.components.data.normalise import ORIGIN_KEY
from inkstone.components.nlp import model_io
from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.compression.lesson import (
    Lesson,
    dev_of,
    no_pairs,
    other_labels,
    scores_folder,
    with_unlabelled,
)
from inkstone.components.nlp.compression.subject_classes import Scored
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, as_label_logits, kept_scores, keys_of
from inkstone.components.nlp.recipes import Recipe
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.tagging.label_models import LabelTagger
from inkstone.components.nlp.tagging.label_rows import LabelRows, as_matrix, read_label_rows, training_labels
from inkstone.components.nlp.tagging.loading import load_tagger
from inkstone.components.nlp.tagging.multilabel import LabelSettings, MultilabelClassification
from inkstone.components.nlp.tagging.thresholds import with_thresholds
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.spec import Context
from inkstone.components.texts import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import torch
    from datasets import Dataset

    from inkstone.components.nlp.fitting import FitResult

CHUNK = 256


class Labels(Scored):
    """Multi-label classification: each label is on or off for itself.

    The student learns the labels that its teacher knows. Rows may lack some of them; a label of the rows that the teacher would
    have learned from them, and does not know, is an error.
    """

    task = "multilabel_classification"
    exclusive = False

    def read(self, ctx: Context, inputs: Mapping[str, Any], teacher: Path) -> Lesson:
        """Return the rows with their lists of labels, parents included, and the unlabelled texts.

        Raises:
            InkstoneError: ``data.missing_role``, ``tags.none``, ``compress.other_labels``, ``compress.other_pairs``.
        """
        train: Table = inputs["train"]
        no_pairs(train)
        card = model_io.read_card(teacher)
        separator = card.settings.get("separator")
        rows = read_label_rows(train, separator)
        _check_labels(ctx, rows, card)
        texts = TextRows(rows.row_ids, rows.texts, None, None)
        every = replace(
            with_unlabelled(texts, inputs.get("unlabelled"), train.column("text")), labels=None
        )  # what people said stands in the cells
        return Lesson(
            ctx=ctx,
            labels=list(card.labels),
            rows=every,
            labelled=len(rows.texts),
            dev=dev_of(inputs),
            normalised=train.info.origin.get(ORIGIN_KEY),
            role="labels",
            cells=[*rows.labels, *([None] * (len(every.texts) - len(rows.texts)))],
            figures=("micro_f1", "macro_f1"),
            form={"separator": separator},
        )

    def scores(self, lesson: Lesson, teacher: Path) -> TeacherScores:
        """Return ``log p / (1 - p)`` of each label.

        Raises:
            InkstoneError: ``compress.other_labels``, ``compress.unsupported_model``.
        """
        from inkstone.components.nlp.compression.errors import UNSUPPORTED

        model = load_tagger(teacher)
        if not isinstance(model, LabelTagger):
            raise UNSUPPORTED(kind=model.task, supported="train.multilabel_classification", at="teachers")
        if set(model.labels) != set(lesson.labels):
            raise other_labels(model.labels, lesson.labels)
        order = [model.labels.index(label) for label in lesson.labels]

        def score(texts: list[str], _pairs: list[str] | None) -> np.ndarray:
            lesson.ctx.log(text(f"老师正在给 {len(texts)} 条文本打分", f"The teacher scores {len(texts)} texts"))
            parts = []
            for start in range(0, len(texts), CHUNK):
                lesson.ctx.progress(start, len(texts))
                parts.append(model.scores(texts[start : start + CHUNK])[:, order])
            return as_label_logits(np.concatenate(parts))

        digest = model.card.digest
        return kept_scores(scores_folder(digest), digest, lesson.labels, lesson.rows, score, kind=TeacherScores)

    def agreement(self, lesson: Lesson, scores: TeacherScores) -> float:
        """Return micro F1 of the teacher on the labelled rows, at the threshold of one half."""
        from sklearn.metrics import f1_score

        logits, _ = scores.of(keys_of(lesson.rows))
        true = as_matrix(lesson.cells[: lesson.labelled], lesson.labels)
        return float(f1_score(true, logits[: lesson.labelled] > 0, average="micro", zero_division=0))

    def worth(self, lesson: Lesson, teachers: "Sequence[Path]", scores: "Sequence[TeacherScores]") -> list[float]:
        """Return micro F1 of the labels that each teacher gives by its thresholds."""
        if lesson.dev is None:
            return [self.agreement(lesson, item) for item in scores]
        rows = read_label_rows(lesson.dev, lesson.form["separator"])
        return [self._micro_f1(load_tagger(teacher), rows) for teacher in teachers]

    def _micro_f1(self, model: Any, rows: LabelRows) -> float:
        from inkstone.components.nlp.tagging.label_figures import label_figures

        found = model.scores(rows.texts)
        return label_figures(as_matrix(rows.labels, model.labels), found, model.given(found))["micro_f1"]

    def recipe(self, encoder: str, folder: Path, rows: int) -> Recipe:
        """Return the recipe of multi-label classification."""
        from inkstone.components.nlp.tagging.recipes import label_recipe

        return label_recipe(encoder, folder, rows)

    def student(
        self, lesson: Lesson, folder: Path, recipe: Recipe, *, max_length: int | None, random_weights: bool
    ) -> Task:
        """Return a multi-label classifier whose head starts at the shares of the labels."""
        from inkstone.components.nlp.encoders import longest_input

        known = as_matrix(lesson.cells[: lesson.labelled], lesson.labels)
        return MultilabelClassification(
            LabelSettings(
                encoder=str(folder),
                labels=tuple(lesson.labels),
                max_length=min(max_length or recipe.max_length, longest_input(folder)),
                pooling=recipe.pooling,
                dropout=recipe.dropout,
                random_weights=random_weights,
                shares=tuple(round(float(share), 6) for share in known.mean(axis=0)),
                **lesson.form,
            )
        )

    def completed(self, lesson: Lesson, result: "FitResult") -> dict[str, float]:
        """Learn the thresholds on the dev rows."""
        if lesson.dev is None:
            return dict(result.best)
        return with_thresholds(result.folder, lesson.dev, lesson.form["separator"])

    def encode(self, student: Any, table: Table) -> "Dataset":
        """Encode every row; ``labelled`` tells which have a list of labels."""
        texts = read_rows(table, label_needed=False)
        cells = table.dataset()[table.column("labels")][:]
        rows = LabelRows(texts.row_ids, texts.texts, [cell or [] for cell in cells])
        encoded: Dataset = student.prepare_lists(rows)
        return encoded.add_column("labelled", [cell is not None for cell in cells])

    def collate(self, rows: "Sequence[Mapping[str, Any]]", batch: Batch) -> Batch:
        """Return the logits of a batch, and nothing to learn from people where they said nothing."""
        batch["labels"][[place for place, row in enumerate(rows) if not row["labelled"]]] = NO_LABEL
        return super().collate(rows, batch)

    def loss(
        self, student: Any, model: "torch.nn.Module", output: "torch.Tensor", batch: Batch, temperature: float
    ) -> "torch.Tensor":
        """Return ``T^2`` times the sum over the labels of the KL of the two Bernoulli distributions."""
        from inkstone.components.nlp.compression.losses import soft_labels_loss

        return soft_labels_loss(output.float(), batch["teacher_logits"], temperature)


def _check_labels(ctx: Context, rows: LabelRows, card: model_io.ModelCard) -> None:
    """Raise ``compress.other_labels`` for labels that the teacher would have learned from these rows, and does not know."""
    least = int((card.model_extra or {}).get("least", 1))
    frequent, known = set(training_labels(rows, least)), set(card.labels)
    if frequent - known or not frequent & known:
        raise other_labels(card.labels, frequent)
    rare = set(rows.counts()) - known
    if rare:
        ctx.log(
            text(
                f"{len(rare)} 个标签少于 {least} 行，老师没有学过，未学习",
                f"{len(rare)} labels have fewer than {least} rows; the teacher has not learned them, nor will the student",
            ),
            "warning",
        )
