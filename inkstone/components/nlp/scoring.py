"""Scores many texts inside a component: in chunks, with progress, stopping when asked."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inkstone.components.spec import Context

if TYPE_CHECKING:
    import numpy as np

    from inkstone.components.nlp.inference import TextModel

CHUNK = 256


def score_rows(
    ctx: Context, model: "TextModel", texts: list[str], pairs: list[str] | None, batch_size: int
) -> Iterator["np.ndarray"]:
    """Yield scores of shape (chunk, classes) for the texts in order."""
    for start in range(0, len(texts), CHUNK):
        ctx.progress(start, len(texts))
        stop = start + CHUNK
        yield model.scores(texts[start:stop], pairs[start:stop] if pairs is not None else None, batch_size)
    ctx.progress(len(texts), len(texts))
