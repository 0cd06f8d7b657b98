"""Rewrites texts with a masked language model: whole words are hidden and guessed anew (Wu et al. 2019, Kobayashi 2018)."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.augmentation.words import cut
from inkstone.components.nlp.fewshot.language_model import (
    backbone,
    load_language_model,
    slot_features,
    vocabulary_logits,
)

if TYPE_CHECKING:
    import torch

Filling = Literal["best", "sample"]
CANDIDATES = 20
"""Sampling draws among so many of the likeliest tokens, by their probabilities."""


class MaskedRewriter:
    """Hides whole words of texts and fills them in again, never with what stood there.

    All hidden tokens of a text are guessed at once. The rest of the text stays as it is, character by character.

    Args:
        encoder: Folder of an encoder with masked-language-model head.
        max_length: Tokens read of a text; words beyond stay as they are.

    Raises:
        InkstoneError: ``fewshot.no_mask_head``.
    """

    def __init__(self, encoder: Path, max_length: int = 128) -> None:
        import torch

        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.tokenizer = model_io.load_tokenizer(encoder)
        self.model = load_language_model(encoder).to(self.device).eval()
        self.max_length = max_length
        pieces = self.tokenizer.convert_ids_to_tokens(list(range(len(self.tokenizer))))
        self._kinds = np.array([_kind(piece) for piece in pieces])

    def rewrite(self, texts: Sequence[str], share: float, filling: Filling, rng: np.random.Generator) -> list[str]:
        """Return each text with a share of its words guessed anew, at least one."""

        encoded: Any = self.tokenizer(
            list(texts), truncation=True, max_length=self.max_length, padding=True, return_offsets_mapping=True,
            return_tensors="pt",
        )  # fmt: skip
        offsets = encoded.pop("offset_mapping").tolist()
        hidden = [self._hide(text, places, share, rng) for text, places in zip(texts, offsets, strict=True)]
        original = encoded["input_ids"].clone()
        for row, tokens in enumerate(hidden):
            encoded["input_ids"][row, tokens] = self.tokenizer.mask_token_id
        guesses = self._guess(encoded.to(self.device), hidden)
        rows = zip(texts, offsets, hidden, original, guesses, strict=True)
        return [self._fill(*row, filling, rng) for row in rows]

    def _guess(self, encoded: Any, hidden: list[list[int]]) -> "list[torch.Tensor]":
        """Return the scores of all tokens at the hidden places of each row; the head reads these alone."""
        import torch

        rows = torch.tensor([row for row, tokens in enumerate(hidden) for _ in tokens], dtype=torch.long)
        places = torch.tensor([token for tokens in hidden for token in tokens], dtype=torch.long)
        with torch.inference_mode():
            states = backbone(self.model)(**encoded)[0]
            features = slot_features(self.model, states[rows.to(self.device), places.to(self.device)])
            logits = vocabulary_logits(self.model, features).float().cpu()
        return list(torch.split(logits, [len(tokens) for tokens in hidden]))

    def _hide(self, text: str, offsets: list[list[int]], share: float, rng: np.random.Generator) -> list[int]:
        """Choose words and return their tokens."""
        words = cut(text)
        if not words.places:
            return []
        ends = np.cumsum([len(part) for part in words.parts])
        count = max(1, round(share * len(words.places)))
        chosen = rng.choice(words.places, min(count, len(words.places)), replace=False)
        spans = [(ends[place] - len(words.parts[place]), ends[place]) for place in chosen]
        return [
            token
            for token, (start, end) in enumerate(offsets)
            if end > start and any(first <= start and end <= last for first, last in spans)
        ]

    def _fill(  # noqa: PLR0917 - one row of a batch and how to fill it
        self,
        text: str,
        offsets: list[list[int]],
        tokens: list[int],
        original: "torch.Tensor",
        logits: "torch.Tensor",
        filling: Filling,
        rng: np.random.Generator,
    ) -> str:
        made = list(text)
        for token, guess in zip(tokens, logits, strict=True):
            before = int(original[token])
            scores = guess.numpy().copy()
            scores[self._kinds != self._kinds[before]] = -np.inf
            scores[before] = -np.inf
            if not np.isfinite(scores).any():
                continue
            number = int(scores.argmax())
            if filling == "sample":
                best = np.argsort(-scores, kind="stable")[:CANDIDATES]
                chances = np.exp(scores[best] - scores[best].max())
                number = int(rng.choice(best, p=chances / chances.sum()))
            start, end = offsets[token]
            made[start:end] = [""] * (end - start)
            made[start] = str(self.tokenizer.convert_ids_to_tokens(number)).removeprefix("##")
        return "".join(made)


def _kind(piece: str) -> str:
    """Return what a token may be replaced by: tokens of the same kind; nothing replaces special tokens and punctuation."""
    word = piece.removeprefix("##")
    if piece.startswith("[") and piece.endswith("]"):
        return "special"
    if not word.isalpha():
        return "other"
    kind = "latin" if word.isascii() else "letters"
    return f"{kind}, inside" if piece != word else kind
