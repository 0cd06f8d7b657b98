"""Scores classes by how well their label words fit the slot."""

import math
from collections.abc import Sequence

import torch
from torch import nn

from inkstone.components.nlp.fewshot.label_words import Variant
from inkstone.components.nlp.fewshot.language_model import vocabulary_logits
from inkstone.components.nlp.fewshot.prompted_encoder import PromptedEncoder


class PromptNetwork(nn.Module):
    """A prompted encoder with label words.

    Args:
        encoder: Reads the texts within patterns.
        variants: The sequences that a row becomes, and the words read in each.
        templates: Number of patterns.
        classes: Number of classes.

    Attributes:
        prior: Score of each class under each pattern that is taken off before comparing; shape (patterns, classes). Zero
            unless calibrated.
    """

    prior: torch.Tensor

    def __init__(self, encoder: PromptedEncoder, variants: Sequence[Variant], templates: int, classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.variants = tuple(variants)
        self.templates, self.classes = templates, classes
        self.register_buffer("prior", torch.zeros(templates, classes))

    def forward(
        self,
        *,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        token_type_ids: torch.Tensor,
        soft: torch.Tensor,
        slots: torch.Tensor,
        texts: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return the score of each class under each pattern; shape (batch, patterns, classes)."""
        rows, sequences = input_ids.shape[:2]
        flat = [value.flatten(0, 1) for value in (input_ids, attention_mask, token_type_ids, soft)]
        hidden = self.encoder(*flat)
        features = self.encoder.at_slots(hidden, slots.flatten(0, 1))
        logits = vocabulary_logits(self.encoder.language_model, features).float()
        return self.read(logits.reshape(rows, sequences, *logits.shape[1:]).log_softmax(-1)) - self.prior

    def read(self, chances: torch.Tensor) -> torch.Tensor:
        """Return the scores of the classes.

        ``s(w) = 1/n * sum_i log P(t_i)`` for each word, ``log(1/|W_k| * sum_w exp s(w))`` for each class.

        Args:
            chances: Log-probabilities; shape (batch, sequences, slot, vocabulary).

        Returns:
            Shape (batch, patterns, classes).
        """
        found: list[list[list[torch.Tensor]]] = [[[] for _ in range(self.classes)] for _ in range(self.templates)]
        for number, variant in enumerate(self.variants):
            ids = torch.tensor([word.ids for word in variant.words], device=chances.device)
            places = torch.arange(variant.length, device=chances.device).expand_as(ids)
            scores = chances[:, number, places, ids].mean(-1)
            for position, word in enumerate(variant.words):
                found[variant.template][word.label].append(scores[:, position])
        classes = [
            torch.stack([torch.stack(words).logsumexp(0) - math.log(len(words)) for words in own], -1) for own in found
        ]
        return torch.stack(classes, 1)
