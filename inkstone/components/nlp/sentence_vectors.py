"""Sentence vectors of an encoder as it comes: the mean of the last hidden states."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp import model_io


def sentence_vectors(
    encoder: Path,
    texts: Sequence[str],
    pairs: Sequence[str] | None = None,
    *,
    batch_size: int = 32,
    longest: int = 128,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """Return vectors of texts, or of pairs of texts, in order; shape (texts, width).

    Args:
        encoder: Folder of the encoder.
        texts: First texts.
        pairs: Second texts.
        batch_size: Texts read at once.
        longest: Tokens read of a text.
        progress: Told how many of how many are done, before each batch.
    """
    import torch

    from inkstone.components.nlp.classifier import mean_pool

    tokenizer = model_io.load_tokenizer(encoder)
    network: Any = model_io.load_encoder(encoder)
    network.eval()
    parts = []
    for start in range(0, len(texts), batch_size):
        if progress is not None:
            progress(start, len(texts))
        stop = start + batch_size
        second = {"text_pair": list(pairs[start:stop])} if pairs is not None else {}
        batch: Any = tokenizer(
            list(texts[start:stop]), **second, truncation=True, max_length=longest, padding=True, return_tensors="pt"
        )
        names = ("input_ids", "attention_mask", "token_type_ids")
        with torch.inference_mode():
            hidden = network(**{name: batch[name] for name in names if name in batch}).last_hidden_state
        parts.append(mean_pool(hidden, batch["attention_mask"]).numpy())
    return np.concatenate(parts)
