"""The random field against brute force over all paths."""

import itertools

import numpy as np
import pytest
import torch

from inkstone.components.nlp.tagging.crf import ConditionalRandomField, best_path, marginals, plain_chain
from inkstone.components.nlp.tagging.schemes import allowed_steps, decode_tags, encode_spans, tag_names

ALLOWED = allowed_steps(tag_names(["甲", "乙"], "bio"))


def score(path: tuple[int, ...], emissions: np.ndarray, chain) -> float:
    steps = sum(chain.steps[a, b] for a, b in itertools.pairwise(path))
    own = sum(emissions[place, tag] for place, tag in enumerate(path))
    return float(chain.start[path[0]] + own + steps + chain.end[path[-1]])


@pytest.mark.parametrize("length", [1, 2, 4])
def test_loss_and_best_path_equal_those_of_every_path_tried(length: int) -> None:
    torch.manual_seed(length)
    field = ConditionalRandomField(ALLOWED)
    emissions = torch.randn(1, length, len(ALLOWED))
    chain = field.chain()
    every = list(itertools.product(range(len(ALLOWED)), repeat=length))
    scores = np.array([score(path, emissions[0].numpy(), chain) for path in every])
    true = next(path for path in every if all(ALLOWED[a, b] for a, b in itertools.pairwise(path)))
    loss = field.loss(emissions, torch.tensor([true]), torch.ones(1, length, dtype=torch.long))
    peak = scores.max()
    expected = peak + np.log(np.exp(scores - peak).sum()) - score(true, emissions[0].numpy(), chain)
    assert loss.item() == pytest.approx(expected, abs=1e-3)
    assert tuple(best_path(emissions[0].numpy(), chain)) == every[int(scores.argmax())]


def test_marginals_equal_the_shares_of_every_path_tried() -> None:
    torch.manual_seed(5)
    chain = ConditionalRandomField(ALLOWED).chain()
    emissions = torch.randn(4, len(ALLOWED)).numpy()
    every = list(itertools.product(range(len(ALLOWED)), repeat=4))
    shares = np.exp([score(path, emissions, chain) for path in every])
    shares /= shares.sum()
    expected = np.zeros((4, len(ALLOWED)))
    for path, share in zip(every, shares, strict=True):
        expected[np.arange(4), list(path)] += share
    np.testing.assert_allclose(marginals(emissions, chain), expected, atol=1e-5)
    assert np.isfinite(marginals(np.random.default_rng(0).normal(size=(5_000, len(ALLOWED))) * 30, chain)).all()


def test_padding_changes_neither_loss_nor_gradient() -> None:
    torch.manual_seed(0)
    field = ConditionalRandomField(ALLOWED)
    emissions = torch.randn(1, 3, len(ALLOWED))
    tags = torch.tensor([[1, 2, 0]])
    short = field.loss(emissions, tags, torch.ones(1, 3, dtype=torch.long))
    padded = torch.cat([emissions, torch.randn(1, 2, len(ALLOWED))], 1)
    mask = torch.tensor([[1, 1, 1, 0, 0]])
    long = field.loss(padded, torch.tensor([[1, 2, 0, -100, -100]]), mask)
    assert torch.allclose(short, long, atol=1e-5)


def test_a_plain_chain_forbids_what_the_scheme_forbids() -> None:
    names = tag_names(["甲"], "bioes")
    emissions = np.zeros((3, len(names)), dtype=np.float32)
    emissions[0, names.index("B-甲")] = emissions[1, names.index("O")] = emissions[2, names.index("E-甲")] = 1
    emissions[1, names.index("I-甲")] = 0.9
    path = [names[number] for number in best_path(emissions, plain_chain(allowed_steps(names)))]
    assert path == ["B-甲", "I-甲", "E-甲"]


@pytest.mark.parametrize("scheme", ["bio", "bioes"])
def test_tags_there_and_back(scheme) -> None:
    spans = [(0, 1, "甲"), (1, 4, "甲"), (5, 7, "乙")]
    assert decode_tags(encode_spans(spans, 8, scheme)) == spans


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["I-甲", "I-甲", "O"], [(0, 2, "甲")]),
        (["B-甲", "I-乙"], [(0, 1, "甲"), (1, 2, "乙")]),
        (["E-甲", "O", "E-甲"], [(0, 1, "甲"), (2, 3, "甲")]),
        (["B-甲", "B-甲", "I-甲"], [(0, 1, "甲"), (1, 3, "甲")]),
        ([], []),
    ],
)
def test_sequences_that_no_scheme_allows_are_read_as_conlleval_does(tags, expected) -> None:
    assert decode_tags(tags) == expected
