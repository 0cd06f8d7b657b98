"""Subjects: the kinds of tasks in which a teacher can teach a student, each with soft targets of its own."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression.errors import UNSUPPORTED
from inkstone.components.nlp.tagging.loading import is_tagger

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.teacher_scores import Scores
    from inkstone.components.nlp.fitting import FitResult
    from inkstone.components.nlp.recipes import Recipe
    from inkstone.components.nlp.rows import TextRows
    from inkstone.components.nlp.task import Batch, Task
    from inkstone.components.spec import Context

_HERE = "inkstone.components.nlp.compression"
SUBJECTS = {
    "text_classification": f"{_HERE}.subject_classes:Classes",
    "multilabel_classification": f"{_HERE}.subject_labels:Labels",
    "sequence_labelling": f"{_HERE}.subject_tags:Tags",
}
"""Name of the student's task to its subject."""
_SAME = {"multilabel_baseline": "multilabel_classification"}
SUPPORTED = "train.text_classification, train.multilabel_classification, train.sequence_labelling"


class Subject(ABC):
    """How one kind of task is taught.

    The first half is used by the components, around the training: rows, scores of the teacher, the student. The second half is
    used inside the training: the teacher's soft targets of encoded rows, and the loss on them.
    """

    task: ClassVar[str]
    """Name of the student's task."""
    scores_kind: "type[Scores]"
    """What a teacher's scores look like."""

    # ---- around the training

    @abstractmethod
    def read(self, ctx: "Context", inputs: Mapping[str, Any], teacher: Path) -> "Lesson":
        """Return the rows to learn from; ``teacher`` says what form the student's answers take."""

    @abstractmethod
    def scores(self, lesson: "Lesson", teacher: Path) -> Any:
        """Return what a teacher thinks of all rows; texts that it has scored before, in any run, are not scored again.

        Raises:
            InkstoneError: ``compress.other_labels``, ``compress.other_pairs``, ``compress.unsupported_model``.
        """

    @abstractmethod
    def agreement(self, lesson: "Lesson", scores: Any) -> float:
        """Return how far a teacher agrees with the labelled rows, from 0 to 1."""

    @abstractmethod
    def recipe(self, encoder: str, folder: Path, rows: int) -> "Recipe":
        """Return the recipe of the student's encoder."""

    @abstractmethod
    def student(
        self, lesson: "Lesson", folder: Path, recipe: "Recipe", *, max_length: int | None, random_weights: bool
    ) -> "Task":
        """Return the student's own task."""

    def completed(self, lesson: "Lesson", result: "FitResult") -> dict[str, float]:
        """Complete a trained student's folder and return its dev figures."""
        return dict(result.best)

    # ---- inside the training

    @abstractmethod
    def encode(self, student: Any, table: "Table") -> "Dataset":
        """Encode every row of a lesson's table, rows without a label too."""

    @abstractmethod
    def targets(self, student: Any, prepared: "Dataset", rows: "TextRows", scores: Any) -> Mapping[str, Any]:
        """Return columns with the teacher's soft targets of encoded rows; their names begin with ``teacher_``."""

    @abstractmethod
    def collate(self, rows: Sequence[Mapping[str, Any]], batch: "Batch") -> "Batch":
        """Return the targets of a batch whose own part is ``batch``; rows without a label get ``NO_LABEL`` there."""

    @abstractmethod
    def loss(
        self, student: Any, model: "torch.nn.Module", output: "torch.Tensor", batch: "Batch", temperature: float
    ) -> "torch.Tensor":
        """Return the loss on the soft targets of each row, shape (batch,).

        Args:
            student: The student's task.
            model: Its network.
            output: What the network gave.
            batch: With the targets.
            temperature: ``T``; losses are scaled by its square.
        """


def subject_of_task(name: str) -> Subject:
    """Return the subject of a student's task."""
    module, attribute = SUBJECTS[name].split(":")
    subject: Subject = getattr(import_module(module), attribute)()
    return subject


def subject_of_teacher(folder: Path) -> Subject:
    """Return the subject that a saved model can teach: that of its own task; every text classifier teaches classes.

    Raises:
        InkstoneError: ``compress.unsupported_model``, and those of ``model_io.verify``.
    """
    card = model_io.verify(folder)
    task = _SAME.get(card.task, card.task)
    spans = card.settings.get("head") == "span"
    if is_tagger(card.task) and (task not in SUBJECTS or spans):
        raise UNSUPPORTED(kind=f"{card.task}, head=span" if spans else card.task, supported=SUPPORTED, at="teacher")
    return subject_of_task(task if is_tagger(card.task) else "text_classification")
