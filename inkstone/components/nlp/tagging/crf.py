"""Linear-chain conditional random fields (Lafferty et al. 2001) over neural emissions (Lample et al. 2016).

A sequence ``y`` has the score ``s(x, y) = a[y_1] + sum_t e[t, y_t] + sum_t T[y_t, y_t+1] + b[y_n]`` with emissions ``e``, steps
``T``, start ``a`` and end ``b``. Training lowers ``log Z(x) - s(x, y)``; decoding finds the best path (Viterbi).
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

FORBIDDEN = -1e4


class Chain(NamedTuple):
    """Scores of steps between tags as arrays: of shapes (tags, tags), (tags,) and (tags,)."""

    steps: np.ndarray
    start: np.ndarray
    end: np.ndarray


class ConditionalRandomField(nn.Module):
    """Holds the scores of the steps and gives the negative log-likelihood.

    Args:
        allowed: Which tag may follow which, shape (tags, tags); the others cost ten thousand.
    """

    def __init__(self, allowed: np.ndarray) -> None:
        super().__init__()
        tags = len(allowed)
        self.steps = nn.Parameter(torch.empty(tags, tags).uniform_(-0.1, 0.1))
        self.start = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.end = nn.Parameter(torch.empty(tags).uniform_(-0.1, 0.1))
        self.forbidden: torch.Tensor
        self.register_buffer("forbidden", torch.where(torch.from_numpy(allowed), 0.0, FORBIDDEN), persistent=False)

    def _all_steps(self) -> torch.Tensor:
        steps: torch.Tensor = self.steps + self.forbidden
        return steps

    def loss(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return ``log Z - s`` of each sequence, shape (batch,).

        Args:
            emissions: Shape (batch, length, tags).
            tags: The true tags, shape (batch, length); anything where the mask is 0.
            mask: 1 for real positions; they stand on the left, one or more in each row.
        """
        return self._log_partition(emissions, mask) - self._score(emissions, tags, mask)

    def _score(self, emissions: torch.Tensor, tags: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        real = mask.to(emissions.dtype)
        tags = tags.clamp(min=0)
        own = (emissions.gather(2, tags.unsqueeze(2)).squeeze(2) * real).sum(1)
        moves = (self._all_steps()[tags[:, :-1], tags[:, 1:]] * real[:, 1:]).sum(1)
        last = tags.gather(1, (mask.sum(1) - 1).clamp(min=0).unsqueeze(1)).squeeze(1)
        score: torch.Tensor = self.start[tags[:, 0]] + own + moves + self.end[last]
        return score

    def _log_partition(self, emissions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        steps = self._all_steps()
        alpha = self.start + emissions[:, 0]
        for place in range(1, emissions.shape[1]):
            moved = torch.logsumexp(alpha.unsqueeze(2) + steps, dim=1) + emissions[:, place]
            alpha = torch.where(mask[:, place].bool().unsqueeze(1), moved, alpha)
        return torch.logsumexp(alpha + self.end, dim=1)

    def log_marginals(self, emissions: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the log-probability of each tag at each place over all paths (forward-backward); gradients flow through it.

        Args:
            emissions: Shape (batch, length, tags).
            mask: As for ``loss``; what stands at the other places has no meaning.

        Returns:
            The shape of ``emissions``.
        """
        steps, length = self._all_steps(), emissions.shape[1]
        real = mask.bool().unsqueeze(2)
        forward = [self.start + emissions[:, 0]]
        for place in range(1, length):
            moved = torch.logsumexp(forward[-1].unsqueeze(2) + steps, dim=1) + emissions[:, place]
            forward.append(torch.where(real[:, place], moved, forward[-1]))
        backward = [self.end.expand(len(emissions), -1)]
        for place in range(length - 2, -1, -1):
            after = torch.logsumexp(steps + (emissions[:, place + 1] + backward[-1]).unsqueeze(1), dim=2)
            # Behind the last real place nothing follows: its backward score is that of the end.
            backward.append(torch.where(real[:, place + 1], after, self.end))
        both = torch.stack(forward, 1) + torch.stack(backward[::-1], 1)
        return both.log_softmax(-1)

    def chain(self) -> Chain:
        """Return the scores as arrays."""
        return Chain(*(item.detach().float().cpu().numpy() for item in (self._all_steps(), self.start, self.end)))


def plain_chain(allowed: np.ndarray) -> Chain:
    """Return a chain that only forbids steps: what a softmax head is decoded with."""
    tags = len(allowed)
    return Chain(np.where(allowed, 0.0, FORBIDDEN).astype(np.float32), np.zeros(tags), np.zeros(tags))


def best_path(emissions: np.ndarray, chain: Chain) -> np.ndarray:
    """Return the best tags of one sequence (Viterbi), shape (length,).

    Args:
        emissions: Shape (length, tags).
        chain: Scores of the steps.
    """
    length, tags = emissions.shape
    if length == 0:
        return np.zeros(0, dtype=np.int64)
    scores = chain.start + emissions[0]
    back = np.zeros((length, tags), dtype=np.int32)
    columns = np.arange(tags)
    for place in range(1, length):
        moved = scores[:, None] + chain.steps
        back[place] = moved.argmax(axis=0)
        scores = moved[back[place], columns] + emissions[place]
    path = np.empty(length, dtype=np.int64)
    path[-1] = int((scores + chain.end).argmax())
    for place in range(length - 1, 0, -1):
        path[place - 1] = back[place, path[place]]
    return path


def marginals(emissions: np.ndarray, chain: Chain) -> np.ndarray:
    """Return how likely each tag is at each place, over all paths (forward-backward), shape (length, tags).

    Args:
        emissions: Shape (length, tags).
        chain: Scores of the steps.
    """
    # Sums over paths are taken of e^score; each place is scaled to sum to one, so that long texts neither overflow nor vanish.
    steps = np.exp(np.asarray(chain.steps, dtype=np.float64))
    local = np.exp(emissions.astype(np.float64) - emissions.max(axis=1, keepdims=True))
    length = len(local)
    forward, backward = np.empty_like(local), np.empty_like(local)
    forward[0] = _scaled(local[0] * np.exp(chain.start))
    for place in range(1, length):
        forward[place] = _scaled((forward[place - 1] @ steps) * local[place])
    backward[-1] = _scaled(np.exp(np.asarray(chain.end, dtype=np.float64)))
    for place in range(length - 2, -1, -1):
        backward[place] = _scaled(steps @ (local[place + 1] * backward[place + 1]))
    both = np.maximum(forward * backward, 1e-300)
    shares: np.ndarray = both / both.sum(axis=1, keepdims=True)
    return shares


def _scaled(values: np.ndarray) -> np.ndarray:
    scaled: np.ndarray = values / np.maximum(values.sum(), 1e-300)
    return scaled
