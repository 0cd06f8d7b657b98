"""The task of telling replaced tokens from true ones: pre-training by ELECTRA's objective.

A small generator learns masked language modelling and draws a token for every masked place; the encoder says for each token
whether it is the true one. Every token teaches, not only the masked ones (Clark et al., "ELECTRA: pre-training text encoders
as discriminators rather than generators", 2020):

    loss = cross-entropy of the generator + weight * binary cross-entropy of the encoder over all tokens

A drawn token that happens to be the true one counts as true. No gradient passes through the drawing. What both share:

- ``tied``: one set of embeddings learns from both losses, as in ELECTRA;
- ``disentangled``: the encoder's token embeddings are those of the generator, which its loss does not move, plus a difference
  of its own: ``E = stop_gradient(E_generator) + difference`` (He et al., "DeBERTaV3", 2021), so that the two losses do not pull
  the same weights in two directions;
- ``none``.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, cast

import numpy as np
from pydantic import Field

from inkstone.components.nlp.guessing import IGNORED
from inkstone.components.nlp.masked_lm import MaskedLanguageModel, save_encoder
from inkstone.components.nlp.masking import Masking
from inkstone.components.nlp.pretraining_errors import NO_TEACHER_OF_RTD, OTHER_ARCHITECTURE

if TYPE_CHECKING:
    import torch
    from datasets import Dataset

    from inkstone.components.nlp.task import Batch

HIDE_ALL = Masking(mask_share=1.0, random_share=0.0)
"""The generator sees the mask token at every chosen place."""

Sharing = Literal["tied", "disentangled", "none"]


class ReplacedTokenDetection(MaskedLanguageModel):
    """Replaced-token detection; fields beside those of masked language modelling.

    Attributes:
        masking: Where the generator draws tokens.
        generator_layers: Layers of the generator; None is half of the encoder's. Widths are the same, as in DeBERTaV3.
        sharing: What embeddings the two share.
        weight: Of the encoder's loss; 50 in both papers.
    """

    name: ClassVar[str] = "replaced_token_detection"

    masking: Masking = HIDE_ALL
    generator_layers: int | None = Field(None, ge=1)
    sharing: Sharing = "disentangled"
    weight: float = Field(50.0, gt=0)

    def measured(self) -> "ReplacedTokenDetection":
        """Return the task as the held-out texts are measured: with the same masks every time."""
        return self.model_copy(update={"masking": HIDE_ALL, "shifted": 0.0})

    def build(self) -> "torch.nn.Module":
        """Make generator and encoder; both start from the same weights.

        Raises:
            InkstoneError: ``pretrain.other_architecture`` for encoders that are not in BERT's layout,
                ``pretrain.no_teacher_of_rtd``.
        """
        from inkstone.components.nlp.replaced_tokens_model import ReplacedTokenModel

        if self.distil is not None:
            raise NO_TEACHER_OF_RTD(at="objective")
        whole: Any = super().build()
        if not hasattr(whole, "cls"):
            raise OTHER_ARCHITECTURE(architecture=whole.config.model_type, reason="BERT, ERNIE")
        generator = copy.deepcopy(whole)
        layers = getattr(generator, generator.base_model_prefix).encoder
        kept = min(self.generator_layers or max(1, len(layers.layer) // 2), len(layers.layer))
        layers.layer = layers.layer[:kept]
        generator.config.num_hidden_layers = kept
        return ReplacedTokenModel(generator, getattr(whole, whole.base_model_prefix), self.sharing)

    def loss(self, model: "torch.nn.Module", batch: "Batch") -> "torch.Tensor":
        """Return the generator's loss and the weighted loss of the encoder."""
        import torch.nn.functional as F

        found = model(**batch)
        guessing = F.cross_entropy(found.logits.float(), found.labels)
        judging = F.binary_cross_entropy_with_logits(found.scores.float(), found.replaced.float(), reduction="none")
        total: torch.Tensor = guessing + self.weight * (judging * found.judged).sum() / found.judged.sum()
        return total

    def predict(self, model: "torch.nn.Module", batch: "Batch") -> dict[str, np.ndarray]:
        """Return counts and summed losses for each row; tokens are drawn with the same chance every time."""
        import torch
        import torch.nn.functional as F

        with torch.no_grad():
            chance = torch.Generator(batch["input_ids"].device).manual_seed(0)
            found = model(**batch, chance=chance)
            right = (found.logits.argmax(-1) == found.labels).float()
            judging = F.binary_cross_entropy_with_logits(found.scores.float(), found.replaced.float(), reduction="none")
        row = (batch["labels"] != IGNORED).nonzero()[:, 0]
        total = torch.zeros(len(batch["labels"]), device=right.device)
        called = found.scores > 0
        sums = {
            "guessed": total.index_add(0, row, torch.ones_like(right)),
            "right": total.index_add(0, row, right),
            "judged": found.judged.sum(1),
            "agreed": ((called == found.replaced) * found.judged).sum(1),
            "replaced": found.replaced.sum(1),
            "found": (called & found.replaced).sum(1),
            "loss": (judging * found.judged).sum(1),
        }
        return {name: value.float().cpu().numpy() for name, value in sums.items()}

    def metrics(self, predictions: Mapping[str, np.ndarray], rows: "Dataset | None" = None) -> dict[str, float]:
        """Return what the encoder detects (its loss, accuracy, recall of replaced tokens), and what the generator guesses."""
        sums = {name: float(values.sum()) for name, values in predictions.items()}
        return {
            "loss": sums["loss"] / max(1.0, sums["judged"]),
            "detection_accuracy": sums["agreed"] / max(1.0, sums["judged"]),
            "detection_recall": sums["found"] / max(1.0, sums["replaced"]),
            "replaced_share": sums["replaced"] / max(1.0, sums["judged"]),
            "masked_accuracy": sums["right"] / max(1.0, sums["guessed"]),
        }

    def save(self, model: "torch.nn.Module", folder: Path) -> None:
        """Write the encoder alone: it has no head that guesses words."""
        save_encoder(cast("Any", model).plain_encoder(), self.tokenizer(), folder)
