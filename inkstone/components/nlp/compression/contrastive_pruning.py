"""Contrastive pruning, CAP (Xu et al., "From dense to sparse: contrastive pruning", AAAI 2022).

Weights are set to zero gradually, the smallest first, while the sentence vectors of the sparse model are held close to those of
the model before fine-tuning (general knowledge), of the fine-tuned model (task knowledge) and of the last, denser snapshot.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

import numpy as np
from pydantic import Field

from inkstone.components.nlp.compression.distillation import Distillation, DistillationSettings
from inkstone.components.nlp.task import Batch

if TYPE_CHECKING:
    import torch

    from inkstone.components.nlp.compression.lesson import Lesson
    from inkstone.components.nlp.compression.teacher_scores import TeacherScores
    from inkstone.components.nlp.fitting import FitResult

EVERY = 10
"""Steps between two choices of what is zero."""
TEMPERATURE = 0.1
RAMP = 0.7
"""Share of the steps after which the sparsity is reached; the rest lets the model settle."""


class ContrastiveSettings(DistillationSettings):
    """How a model is pruned by contrast.

    Attributes:
        sparsity: Share of the weights to set to zero.
        contrast: Weight of each contrastive loss.
        steps: Steps of the training, by which the sparsity grows.
        fine_tuned: Model folder of the full model.
        pretrained: Encoder folder from before fine-tuning; None leaves that loss out.
    """

    sparsity: float = Field(gt=0, lt=1)
    contrast: float = Field(0.1, ge=0)
    steps: int = Field(ge=1)
    fine_tuned: str
    pretrained: str | None = None


def sparsity_at(step: int, steps: int, final: float) -> float:
    """Return ``s_f (1 - (1 - t / n)^3)`` at step ``t``, with n the first 70 % of the steps (Zhu and Gupta 2017)."""
    share = min(1.0, step / max(1.0, RAMP * steps))
    return final * (1 - (1 - share) ** 3)


def contrastive_loss(sparse: "torch.Tensor", other: "torch.Tensor", labels: "torch.Tensor | None") -> "torch.Tensor":
    """Return InfoNCE between the sentence vectors of two models, of each row.

    ``-log(sum_{j in P(i)} exp(cos(z_i, h_j) / t) / sum_j exp(cos(z_i, h_j) / t))``. Positives P(i) are the same row, and with labels
    all rows of its class.

    Args:
        sparse: Vectors of the pruned model; shape (batch, width).
        other: Vectors of the other model; shape (batch, width).
        labels: Class numbers; None or negative: only the row itself is positive.
    """
    import torch
    from torch.nn.functional import normalize

    likeness = normalize(sparse, dim=-1) @ normalize(other, dim=-1).T / TEMPERATURE
    positive = torch.eye(len(sparse), dtype=torch.bool, device=sparse.device)
    if labels is not None:
        positive = positive | ((labels[:, None] == labels) & (labels >= 0)[:, None])
    found: torch.Tensor = likeness.logsumexp(-1) - likeness.masked_fill(~positive, -torch.inf).logsumexp(-1)
    return found


def pruned_names(network: Any) -> list[str]:
    """Return the weights that may become zero: the matrices of the transformer layers."""
    from inkstone.components.nlp.compression.watching import layer_list

    layers = layer_list(network)
    inside = {id(weight) for layer in layers or () for weight in layer.parameters() if weight.dim() == 2}
    return [name for name, weight in network.named_parameters() if id(weight) in inside]


def choose_zeros(network: Any, sparsity: float) -> "dict[str, torch.Tensor]":
    """Return which weights stay (1) when the smallest of all layers together go."""
    import torch

    named = dict(network.named_parameters())
    names = pruned_names(network)
    sizes = torch.cat([named[name].detach().abs().flatten() for name in names])
    count = round(sparsity * len(sizes))
    if count == 0:
        return {name: torch.ones_like(named[name]) for name in names}
    border = sizes.kthvalue(count).values
    return {name: (named[name].detach().abs() > border).to(named[name].dtype) for name in names}


def apply_zeros(network: Any, stay: "Mapping[str, torch.Tensor]") -> None:
    """Set what does not stay to zero."""
    import torch

    named = dict(network.named_parameters())
    with torch.no_grad():
        for name, kept in stay.items():
            named[name].mul_(kept.to(named[name].device))


def zero_share(network: Any) -> float:
    """Return the share of zeros among the weights that may be zero."""
    named = dict(network.named_parameters())
    chosen = [named[name] for name in pruned_names(network)]
    return float(sum((item == 0).sum().item() for item in chosen) / max(1, sum(item.numel() for item in chosen)))


class ContrastivePruning(Distillation):
    """Prunes a classifier gradually: the loss of ``Distillation`` plus ``c`` times each contrastive loss."""

    name: ClassVar[str] = "contrastive_pruning"
    settings: ContrastiveSettings

    def __init__(self, settings: ContrastiveSettings) -> None:
        super().__init__(settings)
        self.stay: dict[str, torch.Tensor] = {}
        self.others: dict[str, Any] = {}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "ContrastivePruning":
        """Rebuild the task from ``to_dict``."""
        return cls(ContrastiveSettings.model_validate(data))

    def build(self) -> "torch.nn.Module":
        """Make the network, with the number of steps done as a buffer, so that a resumed training knows its sparsity."""
        import torch

        network: Any = super().build()
        network.register_buffer("pruning_step", torch.zeros((), dtype=torch.long))
        return cast("torch.nn.Module", network)

    def loss(self, model: "torch.nn.Module", batch: Batch) -> "torch.Tensor":
        """Return the loss, after choosing anew what is zero every few steps."""
        plain: Any = getattr(model, "module", model)
        if model.training:
            step = int(plain.pruning_step)
            if step % EVERY == 0 or not self.stay:
                self._snapshot(plain)
                self.stay = choose_zeros(plain, sparsity_at(step, self.settings.steps, self.settings.sparsity))
            apply_zeros(plain, self.stay)
            plain.pruning_step += 1
        total = super().loss(model, batch)
        if self.settings.contrast == 0:
            return total
        own = self._vectors(plain, batch)
        for other in self._others(plain).values():
            total = total + self.settings.contrast * contrastive_loss(own, other(batch), batch.get("labels")).mean()
        return total

    def predict(self, model: "torch.nn.Module", batch: Batch) -> "dict[str, np.ndarray]":
        """Return what the pruned student predicts."""
        apply_zeros(getattr(model, "module", model), self.stay)
        return super().predict(model, batch)

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the student with its zeros."""
        network: Any = model
        apply_zeros(network, choose_zeros(network, self.settings.sparsity))
        step = network._buffers.pop("pruning_step")
        try:
            super().save(network, folder)
        finally:
            network.register_buffer("pruning_step", step)

    def _vectors(self, network: Any, batch: Batch) -> "torch.Tensor":
        from inkstone.components.nlp.classifier import mean_pool

        names = ("input_ids", "attention_mask", "token_type_ids")
        hidden = network.encoder(**{name: batch[name] for name in names if name in batch}).last_hidden_state
        return mean_pool(hidden.float(), batch["attention_mask"])

    def _snapshot(self, network: Any) -> None:
        """Keep the model as it is: the denser neighbour of what comes."""
        import copy

        if self.settings.contrast:
            self.others["snapshot"] = self._frozen(copy.deepcopy(network))

    def _others(self, network: Any) -> dict[str, Any]:
        from inkstone.components.nlp import model_io
        from inkstone.components.nlp.text_classification import TextClassification

        if "fine_tuned" not in self.others:
            self.others["fine_tuned"] = self._frozen(TextClassification.load(Path(self.settings.fine_tuned))[1])
            if self.settings.pretrained is not None:
                import torch

                holder = torch.nn.Module()
                holder.encoder = model_io.load_encoder(Path(self.settings.pretrained))
                self.others["pretrained"] = self._frozen(holder)
        return self.others

    def _frozen(self, network: Any) -> Any:
        import torch

        network.requires_grad_(False).eval()

        def vectors(batch: Batch) -> "torch.Tensor":
            network.to(batch["input_ids"].device)
            with torch.no_grad():
                return self._vectors(network, batch)

        return vectors


def prune_by_contrast(lesson: "Lesson", params: Any, model: Path, scores: "TeacherScores") -> "tuple[FitResult, float]":
    """Prune a classifier and return the result with its share of zeros.

    All of the training counts, so no early checkpoint, which would be denser, may win: there is no dev pass until the end.
    """
    from inkstone.components.nlp.compression.lesson import fit_student
    from inkstone.components.nlp.compression.pruning import load_classifier
    from inkstone.components.nlp.compression.recovery import recovery
    from inkstone.components.nlp.fewshot.folds import score
    from inkstone.components.nlp.rows import read_rows

    task, settings = recovery(lesson, params, model, scores, patience=None)
    steps = round(settings.epochs * -(-len(lesson.rows.texts) // settings.batch_size))
    whole = ContrastivePruning(
        ContrastiveSettings(
            **task.settings.model_dump(),
            sparsity=params.sparsity,
            contrast=params.contrast,
            steps=max(1, steps),
            fine_tuned=str(model),
            pretrained=_pretrained(lesson, model) if params.contrast else None,
        )
    )
    from dataclasses import replace

    result = fit_student(replace(lesson, dev=None), whole, settings)
    if lesson.dev is not None:
        result = result.model_copy(
            update={"best": score(result.folder, read_rows(lesson.dev).labelled(), lesson.labels)}
        )
    return result, zero_share(load_classifier(result.folder)[1])


def _pretrained(lesson: "Lesson", model: Path) -> str | None:
    """Return the encoder that the model was fine-tuned from, if it is at hand and reads the same tokens."""
    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.alignment import same_vocabulary
    from inkstone.components.texts import text

    reference = model_io.read_card(model).encoder
    try:
        folder = lesson.ctx.encoder(reference) if reference and reference != "scratch" else None
    except InkstoneError:
        folder = None
    if folder is not None and same_vocabulary(model_io.load_tokenizer(folder), model_io.load_tokenizer(model)):
        return str(folder)
    lesson.ctx.log(
        text(
            "找不到微调前的编码器，略去与它的对比",
            "The encoder before fine-tuning is not at hand; that contrast is left out",
        )
    )
    return None
