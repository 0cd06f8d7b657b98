"""Chooses what a masked language model must guess, anew each time a sequence is seen.

Units are single tokens, whole words (Cui et al., "Pre-training with whole word masking for Chinese BERT", 2019), n-grams of
words (as in MacBERT, Cui et al., 2020) or spans of words with geometric lengths (SpanBERT, Joshi et al., 2020). Of the chosen
tokens 80 % become ``[MASK]``, 10 % a random token, 10 % stay (Devlin et al., 2019).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

Flags = npt.NDArray[np.bool_]
"""One truth value a token. Shape (rows, length)."""

MaskUnit = Literal["token", "word", "ngram", "span"]

NGRAM_SHARES = (0.4, 0.3, 0.2, 0.1)
"""How often one, two, three and four words are masked together, as in MacBERT."""
SPAN_STOP, LONGEST_SPAN = 0.2, 10
"""SpanBERT draws span lengths from a geometric distribution with p = 0.2, at most ten words."""


class Masking(BaseModel):
    """How tokens are masked.

    Attributes:
        rate: Share of the tokens to guess.
        unit: What is masked as one.
        mask_share: Share of the chosen tokens that become the mask token.
        random_share: Share of the chosen tokens that become a random token; the rest stay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: float = Field(0.15, gt=0, lt=1)
    unit: MaskUnit = "word"
    mask_share: float = Field(0.8, ge=0, le=1)
    random_share: float = Field(0.1, ge=0, le=1)


@dataclass(frozen=True)
class Vocabulary:
    """What masking must know of a tokenizer: its size, the mask token, and the tokens that are never masked or drawn."""

    size: int
    mask: int
    special: tuple[int, ...]


def _group_lengths(words: int, unit: MaskUnit, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    if unit == "ngram":
        return 1 + rng.choice(len(NGRAM_SHARES), words, p=NGRAM_SHARES)
    return np.minimum(rng.geometric(SPAN_STOP, words), LONGEST_SPAN)


def unit_starts(free: Flags, continues: Flags, unit: MaskUnit, rng: np.random.Generator) -> Flags:
    """Return where a unit begins.

    Args:
        free: Tokens that may be masked. Shape (rows, length), bool.
        continues: Tokens that go on with the word before them. Shape (rows, length), bool.
        unit: What is masked as one.
        rng: Draws the lengths of n-grams and spans.

    Returns:
        Shape (rows, length), bool. No unit reaches over a special token or a row.
    """
    if unit == "token":
        return free
    after_gap = np.ones_like(free)
    after_gap[:, 1:] = ~free[:, :-1]
    words: Flags = free & (~continues | after_gap)
    if unit == "word":
        return words
    ordinal = np.cumsum(words.ravel()) - 1
    count = int(ordinal[-1]) + 1 if words.size else 0
    if count == 0:
        return words
    begins = np.zeros(count, dtype=bool)
    lengths = _group_lengths(count, unit, rng)
    places = np.concatenate([[0], np.cumsum(lengths)])
    begins[places[places < count]] = True
    begun: Flags = begins[np.maximum(ordinal, 0)].reshape(free.shape)
    return words & (begun | after_gap)


def choose(free: Flags, continues: Flags, masking: Masking, rng: np.random.Generator) -> Flags:
    """Choose the tokens to guess: whole units, in random order, until each row has its share.

    Returns:
        Shape (rows, length), bool. Every row with a free token has at least one chosen.
    """
    starts = unit_starts(free, continues, masking.unit, rng)
    unit = np.cumsum(starts.ravel()) - 1
    units = int(unit[-1]) + 1 if unit.size else 0
    if units == 0:
        return np.zeros_like(free)
    flat = free.ravel()
    sizes = np.bincount(unit[flat], minlength=units)
    rows = np.flatnonzero(starts.ravel()) // free.shape[1]
    order = np.lexsort((rng.random(units), rows))
    rows, sizes = rows[order], sizes[order]
    filled = np.cumsum(sizes)
    first = np.searchsorted(rows, np.arange(len(free)))
    before_row = np.concatenate([[0], filled])[first]
    budget = free.sum(axis=1) * masking.rate
    # A unit is taken when at least half of it fits, so that the mean share is the rate whatever the unit.
    taken = filled - sizes / 2 - before_row[rows] < budget[rows]
    taken[first[first < units]] = True
    chosen_units = np.zeros(units, dtype=bool)
    chosen_units[order[taken]] = True
    chosen: Flags = (chosen_units[np.maximum(unit, 0)] & flat).reshape(free.shape)
    return chosen


def mask(
    tokens: npt.NDArray[np.int64], continues: Flags, masking: Masking, vocabulary: Vocabulary, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Mask a batch.

    Args:
        tokens: Token ids, padding included. Shape (rows, length).
        continues: Tokens that go on with the word before them. Shape (rows, length), bool.
        masking: How.
        vocabulary: Of the tokenizer.
        rng: The only source of chance.

    Returns:
        The corrupted tokens and which were chosen, both (rows, length).
    """
    free = ~np.isin(tokens, vocabulary.special)
    chosen = choose(free, continues, masking, rng)
    chance = rng.random(tokens.shape)
    ordinary = np.setdiff1d(np.arange(vocabulary.size), vocabulary.special)
    hidden = chosen & (chance < masking.mask_share)
    swapped = chosen & ~hidden & (chance < masking.mask_share + masking.random_share)
    corrupted = np.where(hidden, vocabulary.mask, tokens)
    corrupted[swapped] = rng.choice(ordinary, int(swapped.sum()))
    return corrupted, chosen
