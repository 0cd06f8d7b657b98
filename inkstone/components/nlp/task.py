"""The contract of everything that learns: a task says *what* is learned, the runtime *how* and *where*."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table

Batch = dict[str, "torch.Tensor"]


class Task(ABC):
    """One learning problem, such as single-label classification.

    A task is a small picklable value (parameters, label names, local encoder folder): it travels to training workers
    by ``to_dict``/``from_dict``. Tensors and models appear only inside its methods.

    Example:
        >>> task = TextClassification(encoder=folder, labels=["负面", "正面"], max_length=128)
        >>> rows = task.prepare(table)
        >>> model = task.build()
    """

    name: ClassVar[str]
    """Stable name kept in ``inkstone.json``; ``model_io`` finds the class by it."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return the task as JSON-safe data."""

    @classmethod
    @abstractmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Task":
        """Rebuild a task from ``to_dict``."""

    @abstractmethod
    def prepare(self, table: "Table") -> "Dataset":
        """Turn a table into encoded rows: unpadded ``input_ids`` and friends, ``labels`` where known, ``length``, ``_row``."""

    @abstractmethod
    def build(self) -> "torch.nn.Module":
        """Make the model with its starting weights."""

    @abstractmethod
    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad encoded rows to the longest of the batch. Shapes: (batch, length) for ids and masks, (batch,) for labels."""

    @abstractmethod
    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the scalar loss: the mean over the rows of the batch (not over the weights), so that shards add up."""

    @abstractmethod
    def predict(self, model: "torch.nn.Module", batch: Batch) -> dict[str, "np.ndarray"]:
        """Return arrays with one entry a row, such as ``logits`` of shape (batch, classes)."""

    @abstractmethod
    def metrics(self, predictions: Mapping[str, "np.ndarray"], rows: "Dataset") -> dict[str, float]:
        """Return the figures of a dev pass, such as ``macro_f1``."""

    @abstractmethod
    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write a model folder through ``model_io``."""
