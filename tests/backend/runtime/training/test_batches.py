"""One worker and many see the same batches; pieces of a batch add up to it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from inkstone.backend.runtime.training.batches import PieceSampler, dev_batches, epoch_batches


@settings(max_examples=60)
@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=200),
    batch_size=st.integers(1, 40),
    workers=st.integers(1, 4),
    steps=st.integers(1, 3),
    epoch=st.integers(0, 3),
)
def test_the_pieces_of_all_workers_are_the_rows_of_each_batch(
    lengths: list[int], batch_size: int, workers: int, steps: int, epoch: int
) -> None:
    batches = epoch_batches(np.array(lengths), batch_size, 7, epoch)
    samplers = [PieceSampler(np.array(lengths), batch_size, workers, rank, steps, 7, epoch) for rank in range(workers)]
    pieces = [list(sampler) for sampler in samplers]
    assert all(len(found) == len(samplers[0]) == len(batches) * steps for found in pieces)
    assert samplers[0].updates == len(batches)
    for number, batch in enumerate(batches):
        parts = [piece for found in pieces for piece in found[number * steps : (number + 1) * steps]]
        assert sorted(index for part in parts for index in part.indices[: part.rows]) == sorted(batch.tolist())
        assert all(part.total == len(batch) and part.indices for part in parts)
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))


def test_rows_of_a_batch_are_of_similar_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 200, 1_600)
    batches = epoch_batches(lengths, 32, 0, 0)
    padded = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert padded < 1.1 * lengths.sum()
    shuffled = np.random.default_rng(1).permutation(1_600).reshape(-1, 32)
    assert padded < 0.6 * sum(32 * lengths[batch].max() for batch in shuffled)


def test_epochs_differ_and_the_same_seed_repeats_them() -> None:
    lengths = np.arange(1, 101)
    first, second = epoch_batches(lengths, 8, 0, 0), epoch_batches(lengths, 8, 0, 1)
    assert [batch.tolist() for batch in first] != [batch.tolist() for batch in second]
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in epoch_batches(lengths, 8, 0, 0)]


def test_dev_rows_are_shared_out_without_loss() -> None:
    lengths = np.random.default_rng(0).integers(1, 50, 101)
    found = [index for rank in range(3) for batch in dev_batches(lengths, 16, 3, rank) for index in batch]
    assert sorted(found) == list(range(101))
