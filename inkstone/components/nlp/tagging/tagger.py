"""The networks of entity recognition: an encoder under a tag head, or under a head that scores every span."""

import torch
from torch import nn

from inkstone.components.nlp.tagging.crf import ConditionalRandomField


class TokenTagger(nn.Module):
    """Gives every token a score for each tag.

    Args:
        encoder: A Hugging Face encoder or an ``NgramEncoder``.
        width: Width of its hidden states.
        tags: Number of tags.
        dropout: Share of features dropped in training.
        crf: The random field over the tags, trained and saved with the network; None for a softmax head.
    """

    def __init__(
        self, encoder: nn.Module, width: int, tags: int, dropout: float, crf: ConditionalRandomField | None
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, tags)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        self.crf = crf

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return emissions of shape (batch, length, tags)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.scores(hidden, attention_mask)

    def scores(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return emissions from hidden states."""
        found: torch.Tensor = self.head(self.dropout(hidden))
        return found


class SpanScorer(nn.Module):
    """Scores every span of tokens for every type, so that entities may lie inside each other.

    Efficient Global Pointer (Su et al., "Global Pointer: Novel Efficient Span-based Approach for Named Entity Recognition",
    2022): ``s_k(i, j) = (R_i q_i) . (R_j p_j) / sqrt(d) + w_k . [q_i; p_i] + v_k . [q_j; p_j]`` with rotary positions ``R`` (Su et
    al. 2021). A span is an entity where its score is above 0.
    """

    def __init__(self, encoder: nn.Module, width: int, types: int, dropout: float, size: int = 64) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.size = size
        self.head = nn.ModuleDict({"project": nn.Linear(width, 2 * size), "bias": nn.Linear(2 * size, 2 * types)})

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return scores of shape (batch, types, length, length): row the first token, column the last."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.scores(hidden, attention_mask)

    def scores(self, hidden: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return scores from hidden states; impossible spans get minus ten thousand."""
        both = self.head["project"](self.dropout(hidden)).float()
        first, last = _rotated(both[..., : self.size]), _rotated(both[..., self.size :])
        alike = first @ last.transpose(1, 2) / self.size**0.5
        bias = self.head["bias"](both).float().transpose(1, 2) / 2
        types = bias.shape[1] // 2
        found = alike.unsqueeze(1) + bias[:, :types].unsqueeze(3) + bias[:, types:].unsqueeze(2)
        real = attention_mask.to(found.dtype)
        pairs = (real.unsqueeze(2) * real.unsqueeze(1)).triu().unsqueeze(1)
        scores: torch.Tensor = found * pairs - (1 - pairs) * 1e4
        return scores


def _rotated(vectors: torch.Tensor) -> torch.Tensor:
    """Turn neighbouring pairs of dimensions by an angle that grows with the position."""
    length, size = vectors.shape[1], vectors.shape[2]
    rates = 10_000 ** (-torch.arange(0, size, 2, device=vectors.device, dtype=vectors.dtype) / size)
    angles = torch.arange(length, device=vectors.device, dtype=vectors.dtype).unsqueeze(1) * rates
    sine, cosine = angles.sin(), angles.cos()
    even, odd = vectors[..., 0::2], vectors[..., 1::2]
    return torch.stack([even * cosine - odd * sine, even * sine + odd * cosine], dim=-1).flatten(2)


def span_loss(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Return ``log(1 + sum_true e^-s) + log(1 + sum_false e^s)`` for each row and type, shape (batch, types).

    The multi-label form of softmax cross-entropy with the threshold 0 (Su et al. 2022, equation 5).

    Args:
        scores: Shape (batch, types, length, length).
        wanted: 1 for true spans, the same shape.
    """
    flat, true = scores.flatten(2), wanted.flatten(2).bool()
    zero = torch.zeros_like(flat[..., :1])
    positive = torch.where(true, -flat, torch.full_like(flat, -1e12))
    negative = torch.where(true, torch.full_like(flat, -1e12), flat)
    return torch.logsumexp(torch.cat([positive, zero], -1), -1) + torch.logsumexp(torch.cat([negative, zero], -1), -1)
