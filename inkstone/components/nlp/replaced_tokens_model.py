"""The network of replaced-token detection, see ``replaced_tokens``."""

import copy
from typing import Any, NamedTuple

import torch

from inkstone.components.nlp.guessing import IGNORED, guess


class Detection(NamedTuple):
    """What generator and encoder said.

    Attributes:
        logits: The generator's, of the masked tokens. Shape (masked, vocabulary).
        labels: The true tokens there. Shape (masked,).
        scores: The encoder's, positive for "replaced". Shape (rows, length).
        replaced: Whether a token is not the true one. Shape (rows, length), bool.
        judged: 1 for tokens, 0 for padding. Shape (rows, length).
    """

    logits: torch.Tensor
    labels: torch.Tensor
    scores: torch.Tensor
    replaced: torch.Tensor
    judged: torch.Tensor


class DisentangledEmbedding(torch.nn.Module):
    """Another embedding, which does not learn from here, plus a difference that does."""

    def __init__(self, base: torch.nn.Embedding) -> None:
        super().__init__()
        self.base = base
        self.difference = torch.nn.Parameter(torch.zeros_like(base.weight))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return the vectors of tokens. Shape (rows, length, width)."""
        fixed = torch.nn.functional.embedding(tokens, self.base.weight.detach())
        return fixed + torch.nn.functional.embedding(tokens, self.difference)

    def plain(self) -> torch.nn.Embedding:
        """Return one ordinary embedding with the same vectors."""
        weights = (self.base.weight + self.difference).detach().clone()
        return torch.nn.Embedding(
            weights.shape[0], weights.shape[1], padding_idx=self.base.padding_idx, _weight=weights
        )


class ReplacedTokenModel(torch.nn.Module):
    """A generator with its masked-language-model head, and an encoder in BERT's layout with a head that tells replaced tokens."""

    def __init__(self, generator: Any, encoder: Any, sharing: str) -> None:
        super().__init__()
        self.config = encoder.config
        width = self.config.hidden_size
        body = getattr(generator, generator.base_model_prefix)
        if sharing == "tied":
            body.embeddings = encoder.embeddings
            generator.cls.predictions.decoder.weight = encoder.embeddings.word_embeddings.weight
        elif sharing == "disentangled":
            encoder.embeddings.word_embeddings = DisentangledEmbedding(body.embeddings.word_embeddings)
        self.generator, self.encoder = generator, encoder
        self.transform = torch.nn.Linear(width, width)
        self.score = torch.nn.Linear(width, 1)

    def forward(
        self,
        input_ids: torch.Tensor,
        labels: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        position_ids: torch.Tensor | None = None,
        chance: torch.Generator | None = None,
    ) -> Detection:
        """Let the generator fill the masked places and the encoder judge the result."""
        places = {"attention_mask": attention_mask, "position_ids": position_ids}
        given = {name: value for name, value in places.items() if value is not None}
        guesses = guess(self.generator, {"input_ids": input_ids, "labels": labels, **given})
        masked = labels != IGNORED
        filled = input_ids.masked_scatter(masked, draw(guesses.logits.detach(), chance))
        hidden = self.encoder(input_ids=filled, **given)[0]
        scores = self.score(torch.nn.functional.gelu(self.transform(hidden))).squeeze(-1)
        judged = torch.ones_like(scores) if attention_mask is None else attention_mask.to(scores.dtype)
        return Detection(guesses.logits, guesses.labels, scores, masked & (filled != labels), judged)

    def plain_encoder(self) -> Any:
        """Return the encoder with ordinary embeddings, as it is saved."""
        encoder = copy.deepcopy(self.encoder)
        if isinstance(encoder.embeddings.word_embeddings, DisentangledEmbedding):
            encoder.embeddings.word_embeddings = encoder.embeddings.word_embeddings.plain()
        return encoder


def draw(logits: torch.Tensor, chance: torch.Generator | None = None) -> torch.Tensor:
    """Draw a token for each row from its softmax, by adding Gumbel noise. Shapes (rows, vocabulary) and (rows,)."""
    uniform = torch.rand(logits.shape, generator=chance, device=logits.device).clamp_(1e-20, 1 - 1e-7)
    return (logits.float() - torch.log(-torch.log(uniform))).argmax(-1)
