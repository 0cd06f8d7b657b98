"""The meta-teacher: one classifier over several domains that is to know what they share (Pan et al., "Meta-KD", 2021)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.nlp.collation import NO_LABEL
from inkstone.components.nlp.rows import read_rows
from inkstone.components.nlp.task import Batch, Task
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table

DOMAIN, WEIGHT = "meta_domain", "meta_weight"
"""Columns of the training table: number of the domain, and weight of the row."""


class MetaSettings(BaseModel):
    """What a meta-teacher is made of.

    Attributes:
        encoder: Folder of the encoder to start from.
        classifier: The classifier's settings, without the encoder.
        domains: Number of domains.
        corruption: Weight of the domain-corruption loss.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoder: str
    classifier: dict[str, Any]
    domains: int = Field(ge=2)
    corruption: float = Field(0.1, ge=0)


class MetaTeacher(Task):
    """Learns a class over several domains.

    Loss: ``mean_i w_i (ce_i + g * ce(domain head, d'_i))`` with the row's own weight ``w_i`` (``1 + t_i``, its prototype score) and
    a domain ``d'`` drawn from the other rows of the batch: guessing wrong domains wipes out what tells domains apart.
    """

    name: ClassVar[str] = "meta_teacher"

    def __init__(self, settings: MetaSettings) -> None:
        self.settings = settings
        self.task = TextClassification(Settings(encoder=settings.encoder, **settings.classifier))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON-safe data."""
        return self.settings.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MetaTeacher":
        """Rebuild the task from ``to_dict``."""
        return cls(MetaSettings.model_validate(data))

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows, with domain and weight where the table has them."""
        from datasets import Dataset, concatenate_datasets

        prepared = self.task.prepare_rows(read_rows(table))
        if DOMAIN not in {column.name for column in table.info.columns}:
            return self.task.prepare(table)
        data = table.dataset()
        extra = {DOMAIN: list(data[DOMAIN]), WEIGHT: list(data[WEIGHT])}
        return concatenate_datasets([prepared, Dataset.from_dict(extra)], axis=1)

    def build(self) -> "torch.nn.Module":
        """Make the classifier, with the domain head as its child ``domain_head``."""
        import torch

        network: Any = self.task.build()
        width = network.head.in_features
        network.domain_head = torch.nn.Sequential(
            torch.nn.Linear(width, width), torch.nn.Tanh(), torch.nn.Linear(width, self.settings.domains)
        )
        return cast("torch.nn.Module", network)

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows."""
        import torch

        batch = self.task.collate(rows)
        if DOMAIN in rows[0]:
            batch[DOMAIN] = torch.tensor([row[DOMAIN] for row in rows], dtype=torch.long)
            batch[WEIGHT] = torch.tensor([row[WEIGHT] for row in rows], dtype=torch.float32)
        return batch

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the loss of the class's docstring."""
        import torch
        from torch.nn.functional import cross_entropy

        plain: Any = getattr(model, "module", model)
        pooled: list[torch.Tensor] = []
        hook = plain.head.register_forward_pre_hook(lambda _module, inputs: pooled.append(inputs[0]))
        try:
            logits = model(**self._inputs(batch)).float()
        finally:
            hook.remove()
        losses = cross_entropy(logits, batch["labels"], ignore_index=NO_LABEL, reduction="none")
        if self.settings.corruption:
            wrong = batch[DOMAIN][torch.randperm(len(losses), device=losses.device)]
            guessed = plain.domain_head(pooled[0].float())
            losses = losses + self.settings.corruption * cross_entropy(guessed, wrong, reduction="none")
        return (losses * batch[WEIGHT]).mean()

    def _inputs(self, batch: Batch) -> Batch:
        return {name: value for name, value in batch.items() if name not in {"labels", DOMAIN, WEIGHT}}

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return ``logits``."""
        return self.task.predict(model, self._inputs(batch))

    def metrics(self, predictions: "Mapping[str, np.ndarray]", rows: "Dataset") -> dict[str, float]:
        """Return the classifier's figures."""
        return self.task.metrics(predictions, rows)

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the classifier alone."""
        head = model._modules.pop("domain_head")
        try:
            self.task.save(model, folder)
        finally:
            model._modules["domain_head"] = head
