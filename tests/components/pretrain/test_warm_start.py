"""A warm start guesses better than chance before the first step."""

import numpy as np
import torch

from inkstone.components.nlp.masked_lm import MaskedLanguageModel, Shape
from inkstone.components.nlp.warm_start import co_occurrences, rotation, waves


def test_turning_a_wave_moves_it():
    positions = waves(40, 8)
    assert np.allclose(positions[10] @ rotation(3, 8).T, positions[13])


def test_neighbours_are_counted_by_distance(pack, tokenizer):
    pairs, frequencies = co_occurrences(pack.open(), len(tokenizer), tuple(tokenizer.all_special_ids))
    day, sky = tokenizer.convert_tokens_to_ids(["今", "天"])
    assert pairs[day, sky] == pairs[sky, day] > 0
    assert frequencies.sum() == pack.info.tokens
    assert pairs[tokenizer.sep_token_id].sum() == 0


def test_it_guesses_better_than_frequencies(pack, tokenizer_folder):
    shape = Shape(layers=2, hidden=96, heads=2, intermediate=64, positions=64)
    losses = {}
    for name, start in (("random", None), ("warm", str(pack.path))):
        task = MaskedLanguageModel(encoder=str(tokenizer_folder), shape=shape, warm_start=start)
        model = task.build().eval()
        tokens, continues = pack.open().take(np.arange(20))
        with torch.no_grad():
            losses[name] = float(task.loss(model, task.batch(tokens, continues, np.random.default_rng(0))))
    _, frequencies = co_occurrences(pack.open(), 400, tuple(range(5)))
    shares = frequencies[frequencies > 0] / frequencies.sum()
    entropy = -(shares * np.log(shares)).sum()
    assert losses["warm"] < entropy < losses["random"]
