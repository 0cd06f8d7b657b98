"""Sentence vectors of an encoder as it comes: the mean of the last hidden states."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.rows import TextRows
from inkstone.components.spec import Context

BATCH, LONGEST = 32, 128


def sentence_vectors(ctx: Context, encoder: Path, rows: TextRows) -> "Iterator[np.ndarray]":
    """Yield vectors of the rows in order, a batch at a time; shape (batch, width)."""
    import torch

    from inkstone.components.nlp.classifier import mean_pool

    tokenizer = model_io.load_tokenizer(encoder)
    network: Any = model_io.load_encoder(encoder)
    network.eval()
    for start in range(0, len(rows.texts), BATCH):
        ctx.progress(start, len(rows.texts))
        stop = start + BATCH
        second = {"text_pair": rows.pairs[start:stop]} if rows.pairs is not None else {}
        batch: Any = tokenizer(
            rows.texts[start:stop], **second, truncation=True, max_length=LONGEST, padding=True, return_tensors="pt"
        )
        names = ("input_ids", "attention_mask", "token_type_ids")
        with torch.inference_mode():
            hidden = network(**{name: batch[name] for name in names if name in batch}).last_hidden_state
        yield mean_pool(hidden, batch["attention_mask"]).numpy()
