"""Which rows meet in which step: batches of similar length, the same for any number of workers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from torch.utils.data import DataLoader

    from inkstone.components.nlp.task import Task

_POOL = 50
"""Batches whose rows are sorted by length together: enough to save padding, few enough to keep the order random."""


@dataclass(frozen=True)
class Piece:
    """The rows that one worker holds at once.

    Attributes:
        indices: Positions in the dataset; never empty.
        rows: How many of them count; 0 for a filler that keeps the workers in step.
        total: Rows of the whole optimiser step, over all workers and pieces.
    """

    indices: list[int]
    rows: int
    total: int


def epoch_batches(lengths: "np.ndarray", batch_size: int, seed: int, epoch: int) -> "list[np.ndarray]":
    """Return the batches of an epoch: shuffled, rows of similar length together, a smaller rest last."""
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(len(lengths))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), batch_size * _POOL):
        pool = order[start : start + batch_size * _POOL]
        pool = pool[np.argsort(-lengths[pool], kind="stable")]
        batches += [pool[first : first + batch_size] for first in range(0, len(pool), batch_size)]
    rest = [batches.pop()] if len(batches[-1]) < batch_size else []
    return [batches[index] for index in random.permutation(len(batches))] + rest


@dataclass
class PieceSampler:
    """Cuts every batch into ``workers * steps`` pieces and yields those of one worker.

    Which rows form a batch depends on seed and epoch alone, so one worker and many see the same batches.

    Args:
        lengths: Tokens of each row.
        batch_size: Rows of one optimiser step.
        workers: Number of workers.
        rank: Which of them this is.
        steps: Pieces that a worker takes one after the other before the optimiser moves.
        seed: Seed of the order.
    """

    lengths: "np.ndarray"
    batch_size: int
    workers: int
    rank: int
    steps: int
    seed: int
    epoch: int = 0

    @property
    def updates(self) -> int:
        """Optimiser steps of an epoch."""
        return -(-len(self.lengths) // self.batch_size)

    def __len__(self) -> int:
        return self.updates * self.steps

    def __iter__(self) -> Iterator[Piece]:
        for batch in epoch_batches(self.lengths, self.batch_size, self.seed, self.epoch):
            parts = np.array_split(batch, self.workers * self.steps)
            for step in range(self.steps):
                part = parts[step * self.workers + self.rank]
                indices = part if len(part) else batch[:1]
                yield Piece(indices.tolist(), len(part), len(batch))


class PieceRows:
    """Turns a ``Piece`` into a padded batch: the dataset of the loader."""

    def __init__(self, task: "Task", rows: "Dataset") -> None:
        self.task = task
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, piece: Piece) -> dict[str, Any]:
        return dict(self.task.collate(rows_at(self.rows, piece.indices)), piece_rows=piece.rows, step_rows=piece.total)

    __getitems__ = __getitem__


def rows_at(rows: "Dataset", indices: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows at some positions, read in one call."""
    columns: dict[str, Any] = rows[list(indices)]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def make_loader(task: "Task", rows: "Dataset", sampler: PieceSampler) -> "DataLoader[Any]":
    """Return the loader of one worker's pieces."""
    from torch.utils.data import DataLoader

    return DataLoader(PieceRows(task, rows), batch_sampler=sampler, collate_fn=_as_it_is)  # type: ignore[arg-type]


def dev_batches(lengths: "np.ndarray", batch_size: int, workers: int, rank: int) -> "list[np.ndarray]":
    """Return one worker's share of the dev rows, sorted by length so that little is padded."""
    share = np.argsort(lengths, kind="stable")[rank::workers]
    return [share[start : start + batch_size] for start in range(0, len(share), batch_size)]


def _as_it_is(batch: "dict[str, torch.Tensor]") -> "dict[str, torch.Tensor]":
    return batch
