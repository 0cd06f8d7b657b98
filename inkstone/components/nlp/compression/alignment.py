"""Where the tokens of two tokenizers meet: by the characters that they stand for."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

Spans = tuple[list[int], list[int]]
"""First character and the one after the last, of each token; empty for special tokens."""


def same_vocabulary(first: "PreTrainedTokenizerBase", second: "PreTrainedTokenizerBase") -> bool:
    """Return whether two tokenizers cut every text alike, as far as their vocabularies and settings tell."""
    if first.get_vocab() != second.get_vocab():
        return False
    kept = [tokenizer.backend_tokenizer.normalizer for tokenizer in (first, second)]
    return str(kept[0]) == str(kept[1])


def token_spans(
    tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str], pairs: Sequence[str] | None, max_length: int
) -> list[Spans]:
    """Return where the tokens of each row stand; characters of the second text count on from the first."""
    second = {"text_pair": list(pairs)} if pairs is not None else {}
    encoded: Any = tokenizer(list(texts), **second, truncation=True, max_length=max_length, return_offsets_mapping=True)
    found = []
    for number, offsets in enumerate(encoded["offset_mapping"]):
        shift = len(texts[number]) + 1
        parts = encoded.encodings[number].sequence_ids
        moved = [
            (0, 0) if part is None else (start + shift * part, end + shift * part)
            for (start, end), part in zip(offsets, parts, strict=True)
        ]
        found.append(([start for start, _ in moved], [end for _, end in moved]))
    return found


def overlap(students: Sequence[Spans], teachers: Sequence[Spans], shape: tuple[int, int]) -> "torch.Tensor":
    """Return how each student token is made of teacher tokens, by shared characters; rows sum to one, or to zero.

    The first tokens ([CLS]) always meet.

    Args:
        students: Spans of the rows of a batch.
        teachers: Spans of the same rows.
        shape: Padded lengths of student and teacher.

    Returns:
        Shape (batch, student length, teacher length).
    """
    import torch

    made = np.zeros((len(students), *shape), dtype=np.float32)
    for number, (ours, theirs) in enumerate(zip(students, teachers, strict=True)):
        start, end = np.asarray(ours)
        other_start, other_end = np.asarray(theirs)
        shared = np.minimum(end[:, None], other_end) - np.maximum(start[:, None], other_start)
        weights = np.clip(shared, 0, None).astype(np.float32)
        weights[0, 0] = 1
        made[number, : len(start), : len(other_start)] = weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)
    return torch.from_numpy(made)


def spans_of(rows: Sequence[Mapping[str, Any]], side: str) -> list[Spans]:
    """Return the spans that encoded rows carry for ``student`` or ``teacher``."""
    return [(row[f"{side}_start"], row[f"{side}_end"]) for row in rows]
