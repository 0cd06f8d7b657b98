"""What a training worker is handed: a small picklable description of the work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training.hardware import Precision
from inkstone.components.artifacts import Table
from inkstone.components.nlp.fitting import FitSettings
from inkstone.components.nlp.task import Task


@dataclass(frozen=True)
class Job:
    """The work of one ``fit``.

    Attributes:
        task_class: The class of the task.
        task_data: The task, as ``to_dict`` gave it.
        train: Folder of the training table.
        dev: Folder of the dev table, if there is one.
        settings: How to train.
        folder: Kept folder: checkpoints, the best model, the result.
        reporter: Where events go.
        workers: Number of workers.
        threads: Threads of each worker.
        gpu: Train on a GPU.
        precision: Of the multiplications.
        signature: Of task, settings and data.
        resume: Checkpoint to resume from.
        start: Checkpoint of an earlier training whose weights this one continues.
    """

    task_class: type[Task]
    task_data: dict[str, Any]
    train: Path
    dev: Path | None
    settings: FitSettings
    folder: Path
    reporter: Reporter
    workers: int
    threads: int
    gpu: bool
    precision: Precision
    signature: str
    resume: Path | None = None
    start: Path | None = None

    @property
    def sharded(self) -> bool:
        """Whether the workers share the weights among them."""
        return self.settings.shard and self.workers > 1

    def task(self) -> Task:
        """Rebuild the task."""
        return self.task_class.from_dict(self.task_data)

    def tables(self) -> tuple[Table, Table | None]:
        """Return the training table and the dev table."""
        return Table(self.train), Table(self.dev) if self.dev is not None else None
