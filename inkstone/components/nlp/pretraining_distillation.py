"""Distillation during pre-training: a small encoder learns what a larger one with the same vocabulary thinks.

Two things are passed on, both at the places of ordinary masked language modelling:

- Guesses: at masked tokens the student's distribution is pulled towards the teacher's, both softened by a temperature T:
  ``T^2 KL(softmax(t / T) || softmax(s / T))``, mixed with the cross-entropy of the true tokens (Hinton et al.,
  "Distilling the knowledge in a neural network", 2015; Sanh et al., "DistilBERT", 2019).
- Relations: queries, keys and values of the student's last layer and of one layer of the teacher are cut into the same
  number of relation heads, whatever heads the two have, and for each of the three the scaled dot products of all tokens
  with each other are compared: ``KL(softmax(A_t A_t' / sqrt(d_t)) || softmax(A_s A_s' / sqrt(d_s)))``, the mean over heads and
  tokens (Wang et al., "MiniLMv2: multi-head self-attention relation distillation", 2021). Widths need not agree and nothing
  has to be projected.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.nlp.guessing import SHIFTED_POSITIONS, guess
from inkstone.components.nlp.pretraining_errors import NO_RELATIONS, OTHER_TEACHER, SHORT_TEACHER

if TYPE_CHECKING:
    import torch

    from inkstone.components.nlp.task import Batch

MOST_HEADS = 16
"""Relation heads: the largest number up to this that divides both widths."""
RELATED = ("query", "key", "value")


class Distillation(BaseModel):
    """A teacher and what is learned from it.

    Attributes:
        teacher: Folder of an encoder with its masked-language-model head.
        share: Share of the teacher's guesses in the loss of the guesses; the true tokens have the rest.
        temperature: Softens both distributions.
        relations: Weight of the relation loss; 0 leaves it out.
        layer: Layer of the teacher whose relations are learned, counted from 1; None is the last. MiniLMv2 takes the last
            layer of a base-sized teacher and an upper middle one of a large one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    teacher: str
    share: float = Field(0.5, ge=0, le=1)
    temperature: float = Field(2.0, gt=0, le=20)
    relations: float = Field(1.0, ge=0)
    layer: int | None = Field(None, ge=1)

    def loss(self, model: "torch.nn.Module", batch: "Batch", tokenizer: Any) -> "torch.Tensor":
        """Return the loss of a batch.

        Args:
            model: The student.
            batch: As the task of masked language modelling makes it.
            tokenizer: The student's.

        Raises:
            InkstoneError: ``pretrain.other_teacher``, ``pretrain.no_relations``, ``pretrain.short_teacher``.
        """
        import torch

        teacher = load_teacher(self.teacher, tokenizer).to(batch["input_ids"].device)
        states = self.relations > 0
        student = guess(model, batch, states)
        with torch.no_grad():
            known = guess(teacher, _for_teacher(teacher, batch), states)
        true = torch.nn.functional.cross_entropy(student.logits.float(), student.labels)
        soft = soft_cross_entropy(student.logits, known.logits, self.temperature)
        total = (1 - self.share) * true + self.share * soft
        if student.states is None or known.states is None:
            return total
        plain: Any = getattr(model, "module", model)
        layers = attention_layers(plain), attention_layers(teacher)
        chosen = (self.layer or len(layers[1])) - 1
        if chosen >= len(layers[1]):
            raise SHORT_TEACHER(layers=len(layers[1]), wanted=self.layer, at="layer")
        heads = relation_heads(plain.config.hidden_size, teacher.config.hidden_size)
        mask = batch.get("attention_mask")
        sum_of_three = torch.zeros((), device=total.device)
        for name in RELATED:
            # The states below a layer are what its queries, keys and values are made from.
            mine = getattr(layers[0][-1], name)(student.states[len(layers[0]) - 1])
            with torch.no_grad():
                theirs = getattr(layers[1][chosen], name)(known.states[chosen])
            sum_of_three = sum_of_three + relation_loss(mine, theirs, heads, mask)
        return total + self.relations * sum_of_three / len(RELATED)


def soft_cross_entropy(student: "torch.Tensor", teacher: "torch.Tensor", temperature: float) -> "torch.Tensor":
    """Return ``T^2 KL(softmax(teacher / T) || softmax(student / T))``, the mean over rows. Shapes (rows, vocabulary)."""
    import torch.nn.functional as F

    mine = F.log_softmax(student.float() / temperature, dim=-1)
    theirs = F.log_softmax(teacher.float() / temperature, dim=-1)
    return F.kl_div(mine, theirs, reduction="batchmean", log_target=True) * temperature**2


def relation_heads(student: int, teacher: int) -> int:
    """Return the number of relation heads for two widths: the largest up to 16 that divides both."""
    common = math.gcd(student, teacher)
    return max(number for number in range(1, MOST_HEADS + 1) if common % number == 0)


def relation_loss(
    student: "torch.Tensor", teacher: "torch.Tensor", heads: int, mask: "torch.Tensor | None" = None
) -> "torch.Tensor":
    """Compare how tokens relate to each other in two layers.

    Args:
        student: Queries, keys or values of the student. Shape (rows, length, width).
        teacher: The same of the teacher; the width may differ.
        heads: Relation heads.
        mask: 1 for tokens, 0 for padding. Shape (rows, length).

    Returns:
        The mean over heads and tokens of ``KL(teacher || student)``.
    """
    mine, theirs = (_relations(value, heads, mask) for value in (student, teacher))
    divergence = (theirs.exp() * (theirs - mine)).sum(-1).mean(1)
    if mask is None:
        return divergence.mean()
    return (divergence * mask).sum() / mask.sum()


def _relations(values: "torch.Tensor", heads: int, mask: "torch.Tensor | None") -> "torch.Tensor":
    """Return log-probabilities of shape (rows, heads, length, length)."""
    import torch

    rows, length, width = values.shape
    cut = values.float().view(rows, length, heads, width // heads).transpose(1, 2)
    scores = cut @ cut.transpose(-1, -2) / math.sqrt(width // heads)
    if mask is not None:
        scores = scores.masked_fill(mask[:, None, None, :] == 0, torch.finfo(scores.dtype).min / 2)
    return torch.log_softmax(scores, dim=-1)


def attention_layers(model: Any) -> list[Any]:
    """Return the self-attention of each layer of an encoder in BERT's layout: modules with query, key and value.

    Raises:
        InkstoneError: ``pretrain.no_relations`` for other architectures.
    """
    body = getattr(model, model.base_model_prefix)
    layers = getattr(getattr(body, "encoder", None), "layer", None)
    found = [layer.attention.self for layer in layers] if layers is not None else []
    if not found or any(not hasattr(layer, name) for layer in found for name in RELATED):
        raise NO_RELATIONS(architecture=model.config.model_type, at="attention_weight")
    return found


_TEACHERS: dict[str, Any] = {}


def load_teacher(folder: str, tokenizer: Any) -> Any:
    """Return the teacher of a folder, ready to be asked; each process keeps one.

    Raises:
        InkstoneError: ``pretrain.other_teacher`` when its vocabulary is another.
    """
    from inkstone.components.nlp.model_io import load_masked_lm, load_tokenizer
    from inkstone.components.nlp.packing import tokenizer_digest

    if folder not in _TEACHERS:
        if tokenizer_digest(load_tokenizer(Path(folder))) != tokenizer_digest(tokenizer):
            raise OTHER_TEACHER(at="teacher")
        teacher: Any = load_masked_lm(Path(folder))
        teacher.eval().requires_grad_(False)
        _TEACHERS.clear()
        _TEACHERS[folder] = teacher
    return _TEACHERS[folder]


def _for_teacher(teacher: Any, batch: "Batch") -> "Batch":
    """Leave shifted positions out where the teacher cannot follow them."""
    if teacher.config.model_type in SHIFTED_POSITIONS:
        return batch
    return {name: value for name, value in batch.items() if name != "position_ids"}
