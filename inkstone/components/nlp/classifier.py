"""The network of text classification: an encoder, pooling, dropout and one linear layer."""

import torch
from torch import nn

from inkstone.components.nlp.scratch import NgramEncoder


def mean_pool(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Average the real positions: ``sum(h_t * m_t) / sum(m_t)``.

    Args:
        hidden: Shape (batch, length, width).
        mask: Shape (batch, length); 1 for real positions, 0 for padding.
    """
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)


class TextClassifier(nn.Module):
    """Gives one logit a class. Padding never changes the logits of a row.

    Args:
        encoder: A Hugging Face encoder or an ``NgramEncoder``.
        width: Width of its hidden states.
        classes: Number of classes.
        pooling: ``pooler`` takes the first token through the encoder's pre-trained dense layer and tanh (Devlin et al.
            2019), ``first`` takes it as it is, ``mean`` averages all.
        dropout: Share of pooled features dropped in training.
    """

    def __init__(self, encoder: nn.Module, width: int, classes: int, pooling: str, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.pooling = pooling
        self.dropout = nn.Dropout(dropout)
        self.wide = isinstance(encoder, NgramEncoder)
        self.head = nn.Linear(width + (encoder.wide_width if isinstance(encoder, NgramEncoder) else 0), classes)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Return logits of shape (batch, classes)."""
        inputs = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            inputs["token_type_ids"] = token_type_ids
        encoded = self.encoder(**inputs)
        hidden = encoded.last_hidden_state
        if self.pooling == "pooler":
            pooled = encoded.pooler_output
        else:
            pooled = mean_pool(hidden, attention_mask) if self.pooling == "mean" else hidden[:, 0]
        if self.wide:
            pooled = torch.cat([pooled, encoded.wide], dim=-1)
        logits: torch.Tensor = self.head(self.dropout(pooled))
        return logits
