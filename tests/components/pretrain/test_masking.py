"""What is masked, and how."""

import numpy as np
import pytest

from inkstone.components.nlp.masking import Masking, Vocabulary, choose, mask, unit_starts

VOCABULARY = Vocabulary(size=1000, mask=4, special=(0, 1, 2, 3, 4))
UNITS = ["token", "word", "ngram", "span"]


def some_rows(seed=0, rows=64, length=40):
    """Rows [CLS] words [SEP] words [SEP], some padded; words of one to four tokens."""
    rng = np.random.default_rng(seed)
    tokens = rng.integers(5, 1000, (rows, length))
    continues = rng.random((rows, length)) < 0.5
    tokens[:, 0], tokens[:, length // 2], tokens[:, -1] = 2, 3, 3
    tokens[: rows // 4, 30:] = 0
    special = tokens < 5
    continues &= ~special
    continues[:, 1:] &= ~special[:, :-1]
    return tokens, continues


@pytest.mark.parametrize("unit", UNITS)
def test_special_tokens_and_padding_stay(unit):
    tokens, continues = some_rows()
    corrupted, chosen = mask(tokens, continues, Masking(unit=unit), VOCABULARY, np.random.default_rng(1))
    special = tokens < 5
    assert not chosen[special].any()
    assert (corrupted[special] == tokens[special]).all()
    assert (corrupted[~chosen] == tokens[~chosen]).all()


@pytest.mark.parametrize("unit", ["word", "ngram", "span"])
def test_words_are_masked_whole(unit):
    tokens, continues = some_rows()
    chosen = choose(tokens >= 5, continues, Masking(unit=unit, rate=0.3), np.random.default_rng(2))
    # A token that goes on with a word shares the fate of the token before it.
    assert (chosen[:, 1:][continues[:, 1:]] == chosen[:, :-1][continues[:, 1:]]).all()


def test_ngrams_join_words_but_never_reach_over_a_special_token():
    tokens, continues = some_rows(rows=200)
    free = tokens >= 5
    words = unit_starts(free, continues, "word", np.random.default_rng(0))
    ngrams = unit_starts(free, continues, "ngram", np.random.default_rng(0))
    assert (ngrams <= words).all()
    assert words.sum() / ngrams.sum() == pytest.approx(2.0, abs=0.2)
    assert ngrams[:, 1].all() and ngrams[:, 21].all()


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("rate", [0.15, 0.4])
def test_the_share_is_the_rate(unit, rate):
    tokens, continues = some_rows(rows=800, length=128)
    free = tokens >= 5
    chosen = choose(free, continues, Masking(unit=unit, rate=rate), np.random.default_rng(3))
    assert chosen.sum() / free.sum() == pytest.approx(rate, abs=0.02)


def test_eighty_ten_ten():
    tokens, continues = some_rows(rows=2000)
    corrupted, chosen = mask(tokens, continues, Masking(), VOCABULARY, np.random.default_rng(4))
    total = chosen.sum()
    hidden = (corrupted == VOCABULARY.mask)[chosen].sum() / total
    same = (corrupted == tokens)[chosen].sum() / total
    assert hidden == pytest.approx(0.8, abs=0.02)
    assert same == pytest.approx(0.1, abs=0.02)
    drawn = corrupted[chosen & (corrupted != VOCABULARY.mask)]
    assert drawn.min() >= 5


def test_a_short_row_still_has_something_to_guess():
    tokens = np.array([[2, 7, 3, 0, 0], [2, 3, 0, 0, 0]])
    chosen = choose(tokens >= 5, np.zeros_like(tokens, dtype=bool), Masking(), np.random.default_rng(0))
    assert chosen.tolist() == [[False, True, False, False, False], [False] * 5]


def test_masks_are_new_each_time_and_repeatable():
    tokens, continues = some_rows()
    first = mask(tokens, continues, Masking(), VOCABULARY, np.random.default_rng(5))[1]
    again = mask(tokens, continues, Masking(), VOCABULARY, np.random.default_rng(5))[1]
    other = mask(tokens, continues, Masking(), VOCABULARY, np.random.default_rng(6))[1]
    assert (first == again).all()
    assert (first != other).any()
