"""The line in front of a model: which rows wait, and which of them go together into the next batch.

Rows stand in buckets of similar length, so that a batch is padded little. Rows of small requests (somebody waits for an
answer) go before rows of large ones (a file is worked through). Within a lane the bucket of the row that has waited
longest comes first, so that no length starves.
"""

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from inkstone.components.nlp.inference import Row, size

_STEP_SHARE = 8
"""A bucket spans an eighth of its length: at most that much of a batch is padding."""
_NARROWEST = 8


@dataclass(eq=False)
class Request:
    """Rows that came together; the future holds what the model says of each, in their order.

    Attributes:
        rows: As the model encoded them.
        large: Part of a file, for whose answer nobody waits at a screen.
    """

    rows: Sequence[Row]
    large: bool = False
    done: "Future[list[Any]]" = field(default_factory=Future)
    results: list[Any] = field(init=False)
    left: int = field(init=False)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.left = len(self.rows)
        self.results = [None] * self.left

    def deliver(self, places: Sequence[int], results: Sequence[Any]) -> None:
        """Take the results of some rows; the last ones complete the request. Several workers may deliver at once."""
        with self.lock:
            for place, result in zip(places, results, strict=True):
                self.results[place] = result
            self.left -= len(places)
            if self.left == 0 and not self.done.done():
                self.done.set_result(self.results)

    def fail(self, error: BaseException) -> None:
        """End the request with an error."""
        with self.lock:
            if not self.done.done():
                self.done.set_exception(error)


@dataclass(frozen=True)
class Item:
    """One waiting row: its request, its place in it, and its number in the line."""

    request: Request
    place: int
    number: int


def bucket(length: int) -> int:
    """Return the upper length of the bucket that a row of ``length`` tokens belongs to."""
    step = max(_NARROWEST, 1 << max(0, (max(length, 1) - 1).bit_length() - _STEP_SHARE.bit_length() + 1))
    return -(-max(length, 1) // step) * step


class Line:
    """Rows that wait for a model. Not safe for threads by itself: the engine guards it."""

    def __init__(self) -> None:
        self._lanes: tuple[dict[int, deque[Item]], dict[int, deque[Item]]] = ({}, {})
        self._numbers = count()
        self._waiting = 0

    def __len__(self) -> int:
        return self._waiting

    def add(self, request: Request) -> None:
        """Put the rows of a request into their buckets."""
        lane = self._lanes[request.large]
        for place, row in enumerate(request.rows):
            lane.setdefault(bucket(size(row)), deque()).append(Item(request, place, next(self._numbers)))
        self._waiting += len(request.rows)

    def take(self, tokens: int, rows: int) -> list[Item]:
        """Take the next batch: at most ``rows`` rows and about ``tokens`` tokens with padding, at least one row."""
        lane = self._lanes[0] or self._lanes[1]
        if not lane:
            return []
        length = min(lane, key=lambda key: lane[key][0].number)
        most = max(1, min(rows, tokens // length))
        taken: list[Item] = []
        # Where the bucket alone leaves room, shorter rows come along: padding them costs less than a batch of their own.
        for key in sorted((key for key in lane if length // 2 <= key <= length), reverse=True):
            waiting = lane[key]
            while waiting and len(taken) < most:
                taken.append(waiting.popleft())
            if not waiting:
                del lane[key]
            if len(taken) == most:
                break
        self._waiting -= len(taken)
        return taken

    def clear(self) -> list[Request]:
        """Empty the line and return the requests that stood in it."""
        requests = {id(item.request): item.request for lane in self._lanes for items in lane.values() for item in items}
        for lane in self._lanes:
            lane.clear()
        self._waiting = 0
        return list(requests.values())
