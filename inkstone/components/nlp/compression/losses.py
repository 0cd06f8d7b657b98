"""Losses of distillation, one value a row, so that rows can be weighed."""

import math
from typing import Literal

import torch
from torch import nn

Mapping = Literal["uniform", "last", "skip"]


def soft_label_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return ``T^2 * KL(softmax(t / T) || softmax(s / T))`` of each row (Hinton et al., "Distilling the knowledge", 2015).

    The factor ``T^2`` keeps the gradients of soft and hard labels in proportion when the temperature changes.

    Args:
        student: Logits, shape (batch, classes).
        teacher: Logits, shape (batch, classes).
        temperature: ``T``.

    Returns:
        Shape (batch,).
    """
    ours, theirs = (student / temperature).log_softmax(-1), (teacher / temperature).log_softmax(-1)
    return temperature**2 * (theirs.exp() * (theirs - ours)).sum(-1)


def soft_labels_loss(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the same for labels that do not exclude each other: ``T^2`` times the summed KL of the Bernoulli distributions.

    A sum, as binary cross-entropy over the labels is one: soft and hard labels stay in proportion however many there are.
    """
    from torch.nn.functional import logsigmoid

    ours, theirs = student / temperature, teacher / temperature
    chance = theirs.sigmoid()
    on = chance * (logsigmoid(theirs) - logsigmoid(ours))
    off = (1 - chance) * (logsigmoid(-theirs) - logsigmoid(-ours))
    return temperature**2 * (on + off).sum(-1)


def soft_tag_loss(
    student: torch.Tensor, teacher: torch.Tensor, known: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Return ``soft_label_loss`` of each token, averaged over the tokens of a row that the teacher knows; 0 where it knows none.

    Args:
        student: Logits, shape (batch, length, tags).
        teacher: Logits, the same shape.
        known: 1 where the teacher has a token for the same characters, shape (batch, length).
        temperature: ``T``.

    Returns:
        Shape (batch,).
    """
    each = soft_label_loss(student, teacher, temperature)
    return (each * known).sum(-1) / known.sum(-1).clamp(min=1)


def layer_pairs(student: int, teacher: int, mapping: Mapping) -> list[tuple[int, int]]:
    """Return which teacher layer each student layer learns from, both counted from 0.

    With student layers i = 1..s and t teacher layers: ``uniform`` takes ``round(i * t / s)``, ``last`` takes ``t - s + i``,
    ``skip`` takes every ``t // s``-th (Sun et al., "Patient knowledge distillation", 2019).
    """
    pairs = []
    for number in range(1, student + 1):
        if mapping == "last":
            other = teacher - student + number
        elif mapping == "skip":
            other = number * max(1, teacher // student)
        else:
            other = math.floor(number * teacher / student + 0.5)
        pairs.append((number - 1, min(max(other, 1), teacher) - 1))
    return pairs


def hidden_loss(student: torch.Tensor, teacher: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the mean squared difference over real positions and width, of each row.

    Args:
        student: Projected to the teacher's width; shape (batch, length, width).
        teacher: Shape (batch, length, width).
        mask: 1 where both have something; shape (batch, length).
    """
    distance = (student - teacher).pow(2).mean(-1) * mask
    return distance.sum(-1) / mask.sum(-1).clamp(min=1)


def attention_loss(student: torch.Tensor, teacher: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Return the squared difference of attention rows, summed over keys, averaged over real queries and heads, of each row.

    Args:
        student: Shape (batch, heads, length, length).
        teacher: The same shape.
        mask: Shape (batch, length).
    """
    both = mask[:, None, :, None] * mask[:, None, None, :]
    distance = ((student - teacher).pow(2) * both).sum((-1, -2)).mean(-1)
    return distance / mask.sum(-1).clamp(min=1)


class Projections(nn.Module):
    """Learned maps from the student's widths to the teacher's, one a pair of layers.

    Args:
        pairs: Number of layer pairs.
        widths: Width of the student's and of the teacher's hidden states.
        heads: Their numbers of attention heads; None where attention is not compared.
    """

    def __init__(self, pairs: int, widths: tuple[int, int], heads: tuple[int, int] | None = None) -> None:
        super().__init__()
        self.hidden = nn.ModuleList(nn.Linear(*widths) for _ in range(pairs))
        self.heads = nn.ModuleList()
        if heads is not None and heads[0] != heads[1]:
            self.heads.extend(nn.Linear(*heads, bias=False) for _ in range(pairs))
            for mix in self.heads:
                nn.init.constant_(mix.weight, 1 / heads[0])  # type: ignore[arg-type]

    def attention(self, number: int, weights: torch.Tensor) -> torch.Tensor:
        """Return attention of the student as that of as many heads as the teacher has."""
        if not len(self.heads):
            return weights
        mixed: torch.Tensor = self.heads[number](weights.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return mixed
