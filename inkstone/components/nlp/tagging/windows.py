"""Cuts texts into windows of tokens that overlap, and puts what a model says about them together again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Window:
    """A part of a text as tokens.

    Attributes:
        text: Which text it is from.
        first: Position of its first token among the tokens of the text.
        ids: Token ids, special tokens included.
        starts: First character of each token that is not special.
        ends: The character behind the last one.
    """

    text: int
    first: int
    ids: list[int]
    starts: list[int]
    ends: list[int]


def cut(tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str], max_length: int, overlap: int) -> list[Window]:
    """Return the windows of texts in order; a text without tokens has one empty window.

    Args:
        tokenizer: A fast tokenizer: it knows which characters a token stands for.
        texts: The texts.
        max_length: Tokens of a window, special ones included.
        overlap: Tokens that neighbouring windows share.
    """
    special = tokenizer.num_special_tokens_to_add()
    overlap = max(0, min(overlap, (max_length - special) // 2))
    encoded = tokenizer(
        list(texts),
        truncation=True,
        max_length=max_length,
        stride=overlap,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        return_attention_mask=False,
    )
    windows: list[Window] = []
    for number, text in enumerate(encoded["overflow_to_sample_mapping"]):
        real = [place for place, is_special in enumerate(encoded["special_tokens_mask"][number]) if not is_special]
        offsets = [encoded["offset_mapping"][number][place] for place in real]
        before = windows[-1] if windows and windows[-1].text == text else None
        first = before.first + len(before.starts) - overlap if before is not None else 0
        starts, ends = [item[0] for item in offsets], [item[1] for item in offsets]
        windows.append(Window(int(text), first, encoded["input_ids"][number], starts, ends))
    return windows


def lead(tokenizer: "PreTrainedTokenizerBase") -> int:
    """Return how many special tokens stand before the first token of a text."""
    mask = tokenizer("a", return_special_tokens_mask=True)["special_tokens_mask"]
    return next((place for place, special in enumerate(mask) if not special), 0)


@dataclass(frozen=True)
class Stitched:
    """One text, whole again.

    Attributes:
        starts: First character of each token, shape (tokens,).
        ends: The character behind the last one, shape (tokens,).
        scores: What the model said of each token, shape (tokens, tags).
    """

    starts: np.ndarray
    ends: np.ndarray
    scores: np.ndarray


def stitch(windows: Sequence[Window], scores: Sequence[np.ndarray]) -> Stitched:
    """Join the windows of one text: each token keeps what the window says in which it lies farther from the edge."""
    starts, ends, parts = [], [], []
    for number, (window, found) in enumerate(zip(windows, scores, strict=True)):
        left, right = 0, len(window.starts)
        if number:
            shared = windows[number - 1].first + len(windows[number - 1].starts) - window.first
            left = shared - shared // 2
        if number + 1 < len(windows):
            shared = window.first + len(window.starts) - windows[number + 1].first
            right -= shared // 2
        starts += window.starts[left:right]
        ends += window.ends[left:right]
        parts.append(found[left:right])
    return Stitched(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64), np.concatenate(parts))
