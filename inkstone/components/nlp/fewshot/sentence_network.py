"""A text classifier seen as a sentence encoder: its pooled features, without its head."""

import torch
from torch import nn

from inkstone.components.nlp.classifier import TextClassifier, mean_pool


class SentenceNetwork(nn.Module):
    """Gives mean-pooled embeddings.

    Args:
        classifier: Its encoder is trained, its head is not.
    """

    def __init__(self, classifier: TextClassifier) -> None:
        super().__init__()
        self.classifier = classifier
        classifier.head.requires_grad_(False)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Return embeddings of shape (batch, width)."""
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            inputs["token_type_ids"] = token_type_ids
        return mean_pool(self.classifier.encoder(**inputs).last_hidden_state, attention_mask)
