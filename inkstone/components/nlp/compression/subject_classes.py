"""Teaching one class a text, or a pair of texts."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from inkstone.components.nlp.compression.lesson import Lesson, agreement, read_lesson, teacher_scores
from inkstone.components.nlp.compression.students import student_of
from inkstone.components.nlp.compression.subject import Subject
from inkstone.components.nlp.compression.teacher_scores import TeacherScores, keys_of
from inkstone.components.nlp.recipes import Recipe, recipe_for
from inkstone.components.nlp.rows import TextRows, read_rows
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.spec import Context

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table


class Scored(Subject):
    """What subjects share in which a teacher gives each text one row of logits."""

    scores_kind = TeacherScores
    exclusive: ClassVar[bool] = True
    """One class a text; False: each label is on or off for itself."""

    def targets(self, student: Any, prepared: "Dataset", rows: TextRows, scores: TeacherScores) -> Mapping[str, Any]:
        """Return the logits and the weight of each row."""
        logits, weights = scores.of(keys_of(rows))
        return {"teacher_logits": list(logits), "teacher_weight": weights}

    @abstractmethod
    def worth(self, lesson: Lesson, teachers: Sequence[Path], scores: Sequence[TeacherScores]) -> list[float]:
        """Return how good each teacher is on the dev rows; without any, on the training rows."""

    def collate(self, rows: Sequence[Mapping[str, Any]], batch: Batch) -> Batch:
        """Return the logits of a batch, shape (batch, classes)."""
        import torch

        return {"teacher_logits": torch.tensor(np.stack([row["teacher_logits"] for row in rows]), dtype=torch.float32)}


class Classes(Scored):
    """Single-label classification; any model that gives every class a probability can teach it."""

    task = "text_classification"

    def read(self, ctx: Context, inputs: Mapping[str, Any], teacher: Path) -> Lesson:
        """Return the labelled rows and the unlabelled texts."""
        return read_lesson(ctx, inputs)

    def scores(self, lesson: Lesson, teacher: Path) -> TeacherScores:
        """Return ``log p`` of each class."""
        from inkstone.components.nlp.inference import load_model

        return teacher_scores(lesson, load_model(teacher))

    def agreement(self, lesson: Lesson, scores: TeacherScores) -> float:
        """Return the share of labelled rows on which the teacher's first class is right."""
        return agreement(lesson, scores)

    def worth(self, lesson: Lesson, teachers: Sequence[Path], scores: Sequence[TeacherScores]) -> list[float]:
        """Return the accuracy of each teacher."""
        from inkstone.components.nlp.fewshot.folds import score

        if lesson.dev is None:
            return [agreement(lesson, item) for item in scores]
        rows = read_rows(lesson.dev).labelled()
        return [score(teacher, rows, lesson.labels)["accuracy"] for teacher in teachers]

    def recipe(self, encoder: str, folder: Path, rows: int) -> Recipe:
        """Return the recipe of text classification."""
        return recipe_for(encoder, folder, rows)

    def student(
        self, lesson: Lesson, folder: Path, recipe: Recipe, *, max_length: int | None, random_weights: bool
    ) -> Task:
        """Return a text classifier."""
        return student_of(lesson, folder, recipe, max_length=max_length, random_weights=random_weights)

    def encode(self, student: Any, table: "Table") -> "Dataset":
        """Encode every row; one without a label has ``NO_LABEL``, which the classifier's own loss passes over."""
        encoded: Dataset = student.prepare_rows(read_rows(table))
        return encoded

    def loss(
        self, student: Any, model: "torch.nn.Module", output: "torch.Tensor", batch: Batch, temperature: float
    ) -> "torch.Tensor":
        """Return ``T^2 KL`` of the distributions over the classes."""
        from inkstone.components.nlp.compression.losses import soft_label_loss

        return soft_label_loss(output.float(), batch["teacher_logits"], temperature)
