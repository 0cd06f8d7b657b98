"""The task of multi-label classification: any number of labels a text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np

from inkstone.components.nlp import metrics, model_io
from inkstone.components.nlp.collation import NO_LABEL, pad
from inkstone.components.nlp.tagging.label_figures import best_threshold, label_figures
from inkstone.components.nlp.tagging.label_rows import LabelRows, as_matrix, coherent, read_label_rows
from inkstone.components.nlp.task import Batch
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.artifacts import Table

Loss = Literal["bce", "asymmetric"]


class LabelSettings(Settings):
    """What a multi-label classifier is made of; see ``text_classification.Settings`` for the rest.

    Attributes:
        loss: Binary cross-entropy or the asymmetric loss.
        gamma_negative: Focus of the asymmetric loss on hard absent labels.
        gamma_positive: The same on hard present ones.
        margin: Probability below which an absent label costs nothing.
        separator: Between the levels of a label such as ``sport/football``; None for labels without levels.
        shares: Share of the rows that have each label: where the head starts.
        frozen: The encoder keeps its weights; only the head learns.
    """

    loss: Loss = "bce"
    gamma_negative: float = 4.0
    gamma_positive: float = 0.0
    margin: float = 0.05
    separator: str | None = None
    shares: tuple[float, ...] = ()
    frozen: bool = False


def asymmetric_loss(
    logits: "torch.Tensor", wanted: "torch.Tensor", gamma_positive: float, gamma_negative: float, margin: float
) -> "torch.Tensor":
    """Return the asymmetric loss of each row (Ridnik et al., "Asymmetric loss for multi-label classification", 2021).

    ``L+ = -(1 - p)^g+ log p`` for present labels and ``L- = -q^g- log(1 - q)`` with ``q = max(p - m, 0)`` for absent ones, summed
    over the labels.
    """
    chance = logits.sigmoid()
    shifted = (chance - margin).clamp(min=0)
    present = wanted * (1 - chance) ** gamma_positive * chance.clamp(min=1e-8).log()
    absent = (1 - wanted) * shifted**gamma_negative * (1 - shifted).clamp(min=1e-8).log()
    return -(present + absent).sum(1)


class MultilabelClassification(TextClassification):
    """Labels that do not exclude each other; labels with levels never go without their parents."""

    name: ClassVar[str] = "multilabel_classification"
    settings: LabelSettings

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MultilabelClassification":
        """Rebuild the task from ``to_dict``."""
        return cls(LabelSettings.model_validate(data))

    def prepare(self, table: "Table") -> "Dataset":
        """Encode the rows that have a list of labels, which may be empty."""
        return self.prepare_lists(read_label_rows(table, self.settings.separator))

    def prepare_lists(self, rows: LabelRows) -> "Dataset":
        """Encode rows: ``input_ids``, ``labels`` as numbers, ``length``, ``_row``."""
        import pyarrow as pa
        from datasets import Dataset

        numbers = {label: number for number, label in enumerate(self.settings.labels)}
        ids = self.encode(rows.texts)["input_ids"] if rows.texts else []
        labels = [[numbers[label] for label in row if label in numbers] for row in rows.labels]
        return Dataset(
            pa.table(
                {
                    "_row": pa.array(rows.row_ids, pa.int64()),
                    "length": pa.array([len(item) for item in ids], pa.int32()),
                    "input_ids": pa.array(ids, pa.list_(pa.int32())),
                    "labels": pa.array(labels, pa.list_(pa.int32())),
                }
            )
        )

    def build(self) -> "torch.nn.Module":
        """Make the network; its head starts at the share of the rows that have each label."""
        import torch

        model = super().build()
        model.encoder.requires_grad_(not self.settings.frozen)
        if self.settings.shares:
            shares = torch.tensor(self.settings.shares).clamp(1e-4, 1 - 1e-4)
            with torch.no_grad():
                model.head.bias.copy_(torch.logit(shares))  # type: ignore[union-attr, operator]
        return model

    def collate(self, rows: Sequence[Mapping[str, Any]]) -> Batch:
        """Pad rows; ``labels`` becomes 0 and 1 of shape (batch, labels)."""
        import torch

        batch = pad([{"input_ids": row["input_ids"]} for row in rows], self.tokenizer.pad_token_id or 0)
        if "labels" in rows[0]:
            wanted = torch.zeros((len(rows), len(self.settings.labels)))
            for place, row in enumerate(rows):
                wanted[place, list(row["labels"])] = 1
            batch["labels"] = wanted
        return batch

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the mean over the rows of the sum over the labels; rows of ``NO_LABEL`` add nothing."""
        from torch.nn.functional import binary_cross_entropy_with_logits

        settings = self.settings
        wanted = batch["labels"].clamp(min=0)
        known = (batch["labels"] != NO_LABEL).all(1)

        def loss_of() -> "torch.Tensor":
            logits = model(batch["input_ids"], batch["attention_mask"]).float()
            if settings.loss == "asymmetric":
                gammas = settings.gamma_positive, settings.gamma_negative
                losses = asymmetric_loss(logits, wanted, *gammas, settings.margin)
            else:
                losses = binary_cross_entropy_with_logits(logits, wanted, reduction="none").sum(1)
            return (losses * known).mean()

        return loss_of() if settings.frozen else self.against_adversary(model, loss_of)

    def chances(self, logits: np.ndarray) -> np.ndarray:
        """Return probabilities of shape (rows, labels); no label is likelier than its parents."""
        return coherent(metrics.sigmoid(logits.astype(np.float64)), self.settings.labels, self.settings.separator)

    def metrics(self, predictions: Mapping[str, np.ndarray], rows: "Dataset") -> dict[str, float]:
        """Return figures at the common threshold that suits these rows best."""
        labels = self.settings.labels
        true = as_matrix([[labels[number] for number in row] for row in rows["labels"][:]], labels)
        scores = self.chances(predictions["logits"])
        return label_figures(true, scores, scores >= best_threshold(true, scores))

    @classmethod
    def load(cls, folder: Path) -> "tuple[MultilabelClassification, torch.nn.Module]":
        """Return the task and the network of a model folder that ``model_io.verify`` has accepted."""
        card = model_io.read_card(folder)
        task = cls(LabelSettings(encoder=str(folder), random_weights=True, **card.settings))
        model = task.build()
        model.load_state_dict(model_io.load_weights(folder / model_io.WEIGHTS))
        return task, model.eval()
