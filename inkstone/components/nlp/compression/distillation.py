"""Distillation as a task around a task: a student learns its own task and, beside it, from a teacher."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.nlp.compression.errors import SCORES_MISSING
from inkstone.components.nlp.compression.lesson import LESSON
from inkstone.components.nlp.compression.subject import subject_of_task
from inkstone.components.nlp.rows import read_rows
from inkstone.components.nlp.task import Batch, Task

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table
    from inkstone.components.nlp.compression.hidden_states import HiddenTeacher

_FOR_TEACHER = "teacher_"
TAGGING_TASKS = {
    "multilabel_classification": "inkstone.components.nlp.tagging.multilabel:MultilabelClassification",
    "sequence_labelling": "inkstone.components.nlp.tagging.sequence_labelling:SequenceLabelling",
}
"""Name of a tagging task to its class, which has ``load(folder) -> (task, network)``."""


class DistillationSettings(BaseModel):
    """How a student learns.

    Attributes:
        student_task: Name of the student's task.
        student: The student's own task as data, without its encoder.
        encoder: Folder that the student starts from.
        teacher: Model folder of the teacher whose hidden states or attention are learned from; None: scores alone.
        scores: Folder of the teacher's scores.
        digest: Identity of the teacher whose scores they are.
        alpha: Share of the soft labels in the loss; the rest is the hard labels'.
        temperature: Of the soft labels.
        hidden: Weight of the hidden states' loss.
        attention: Weight of the attention's loss.
        layers: Which teacher layer a student layer learns from.
        align: How tokens meet: ``tokens`` with one vocabulary, else ``characters``, or ``first`` for [CLS] alone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    student_task: str
    student: dict[str, Any]
    encoder: str
    teacher: str | None = None
    scores: str
    digest: str
    alpha: float = Field(0.5, ge=0, le=1)
    temperature: float = Field(2.0, gt=0)
    hidden: float = Field(0.0, ge=0)
    attention: float = Field(0.0, ge=0)
    layers: Literal["uniform", "last", "skip"] = "uniform"
    align: Literal["tokens", "characters", "first"] = "tokens"


class Distillation(Task):
    """Teaches a student.

    Loss: ``(1 - a) * hard + a * soft + h * hidden + g * attention``, with ``soft = T^2 * KL(teacher || student)`` at
    temperature T (Hinton et al. 2015) of the distributions that suit the task (see its ``Subject``), ``hidden`` and
    ``attention`` as in ``losses``, averaged over the pairs of layers (Jiao et al., "TinyBERT", 2020). ``hard`` is the student's
    own loss; rows without a label add nothing to it.

    The saved model is the student alone.
    """

    name: ClassVar[str] = "distillation"

    def __init__(self, settings: DistillationSettings) -> None:
        self.settings = settings
        self.student: Any = task_class(settings.student_task).from_dict(
            {**settings.student, "encoder": settings.encoder}
        )
        self.subject = subject_of_task(settings.student_task)
        self._teacher: HiddenTeacher | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Distillation":
        """Rebuild the task from ``to_dict``."""
        return cls(DistillationSettings.model_validate(data))

    @property
    def deep(self) -> bool:
        """Whether more than the scores is learned from."""
        return self.settings.hidden > 0 or self.settings.attention > 0

    @property
    def teacher(self) -> "HiddenTeacher":
        """The teacher's network, loaded at first use."""
        if self._teacher is None:
            from inkstone.components.nlp.compression.hidden_states import HiddenTeacher

            self._teacher = HiddenTeacher(Path(cast(str, self.settings.teacher)), self.settings)
        return self._teacher

    # ---- rows

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows: those of a lesson with what the teacher says of them, rows of a dev table as the student does."""
        from datasets import Dataset, concatenate_datasets

        if LESSON not in table.info.origin:
            return cast("Dataset", self.student.prepare(table))
        rows = read_rows(table, label_needed=False)
        scores = self.subject.scores_kind.load(Path(self.settings.scores), self.settings.digest)
        prepared = self.subject.encode(self.student, table)
        extra: dict[str, Any] = dict(self.subject.targets(self.student, prepared, rows, scores))
        if self.deep:
            extra |= self.teacher.columns(self.student, rows.texts, rows.pairs)
        return concatenate_datasets([prepared, Dataset.from_dict(extra)], axis=1)

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad the student's rows, and the teacher's where its network is needed."""
        import torch

        batch: Batch = self.student.collate(rows)
        if "teacher_weight" in rows[0]:
            batch["teacher_weight"] = torch.tensor([row["teacher_weight"] for row in rows], dtype=torch.float32)
            batch |= self.subject.collate(rows, batch)
            if self.deep:
                batch |= self.teacher.collate(rows, batch["input_ids"].shape[1])
        return batch

    # ---- learning

    def build(self) -> "torch.nn.Module":
        """Make the student, with projections to the teacher's width as its child ``distillation``."""
        network: Any = self.student.build()
        if self.deep:
            network.distillation = self.teacher.projections(network)
        return cast("torch.nn.Module", network)

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the loss of the class's docstring."""
        from inkstone.components.nlp.compression.watching import watching

        settings = self.settings
        if "teacher_weight" not in batch:
            raise SCORES_MISSING(count=len(batch["input_ids"]))
        own = _without_teacher(batch)
        with watching(model, attention=settings.attention > 0) as seen:
            hard = self.student.loss(model, own)
        soft = self.subject.loss(self.student, model, seen.output, batch, settings.temperature)
        taught = settings.alpha * soft
        if self.deep:
            plain: Any = getattr(model, "module", model)
            taught = taught + self.teacher.losses(plain.distillation, seen, batch)
        total: torch.Tensor = (1 - settings.alpha) * hard + (taught * batch["teacher_weight"]).mean()
        return total

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return what the student predicts."""
        return cast("dict[str, np.ndarray]", self.student.predict(model, _without_teacher(batch)))

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return the student's figures."""
        return cast("dict[str, float]", self.student.metrics(predictions, rows))

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the student alone: no trace of the teacher or the projections."""
        network: Any = model
        projections = network._modules.pop("distillation", None)
        try:
            self.student.save(network, folder)
        finally:
            if projections is not None:
                network.distillation = projections


def _without_teacher(batch: Batch) -> Batch:
    return {name: value for name, value in batch.items() if not name.startswith(_FOR_TEACHER)}


def task_class(name: str) -> Any:
    """Return the class of a neural task by its name."""
    from inkstone.components.nlp.inference import neural_task

    if name not in TAGGING_TASKS:
        return neural_task(name)
    module, attribute = TAGGING_TASKS[name].split(":")
    return getattr(import_module(module), attribute)
