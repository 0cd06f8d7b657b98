"""Answers many callers with one model: dynamic batches by length, a latency budget, a bounded line.

Callers encode their own texts; workers take batches as soon as they are free, and while they compute, the next rows gather.
So a lone request never waits for company, and many at once share batches (continuous batching in the sense of Clipper,
Crankshaw et al., NSDI 2017). The size of a batch follows from the speed measured so far, so that none takes much longer than
the latency budget.
"""

import logging
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from inkstone.backend.serving.errors import BUSY, CLOSED, FAILED
from inkstone.backend.serving.waiting import Item, Line, Request, bucket
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.inference import Row, size

LOG = logging.getLogger(__name__)
_FIRST_TOKENS = 1024
_FEWEST_TOKENS, _MOST_TOKENS = 256, 16_384
_ENCODED_AT_ONCE = 512
_AHEAD = 8
"""Pieces of a large request that are encoded ahead of the model."""


class Batched(Protocol):
    """What an engine needs of a model.

    Attributes:
        labels: Its classes or labels.
        parallel: Whether ``forward`` uses one core, so that several threads gain by calling it at once.
    """

    labels: list[str]
    parallel: bool

    @property
    def pairs(self) -> bool:
        """Whether it judges pairs of texts."""
        ...

    def rows(self, texts: list[str], pairs: list[str] | None = None) -> list[Row]:
        """Encode texts."""
        ...

    def forward(self, rows: Sequence[Row]) -> Sequence[Any] | np.ndarray:
        """Return what the model says of each row of a batch."""
        ...


@dataclass(frozen=True)
class Limits:
    """How an engine works.

    Attributes:
        workers: Batches computed at the same time; None is a worker a core for a model that runs on one thread, else one.
        latency_seconds: About how long one batch may take.
        batch_rows: Rows of one batch.
        queue_rows: Rows that may wait before further requests are refused.
    """

    workers: int | None = None
    latency_seconds: float = 0.05
    batch_rows: int = 64
    queue_rows: int = 4096


class Engine:
    """A model in memory with its line and its workers.

    Args:
        model: Answers batches.
        limits: How it works.
    """

    def __init__(self, model: Batched, limits: Limits | None = None) -> None:
        self.model = model
        self.limits = limits or Limits()
        self._line = Line()
        self._changed = threading.Condition()
        self._encoding = threading.Lock()  # tokenizers keep the truncation length as state
        self._closed = False
        self._rate: float | None = None  # padded tokens a second and worker
        workers = self.limits.workers or (os.cpu_count() or 1 if model.parallel else 1)
        self._workers = [
            threading.Thread(target=self._work, name=f"serving {number}", daemon=True) for number in range(workers)
        ]
        for worker in self._workers:
            worker.start()

    @property
    def waiting(self) -> int:
        """How many rows wait."""
        return len(self._line)

    def warm_up(self) -> None:
        """Answer once, so that the first caller does not pay for what is made lazily."""
        self.results(["预热 warm-up"], ["预热 warm-up"] if self.model.pairs else None)

    def scores(self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, patient: bool = True) -> np.ndarray:
        """Return the probabilities that a classifier gives, of shape (texts, classes); see ``results``."""
        found = self.results(texts, pairs, patient=patient)
        return np.stack(found) if found else np.zeros((0, len(self.model.labels)))

    def results(self, texts: Sequence[str], pairs: Sequence[str] | None = None, *, patient: bool = True) -> list[Any]:
        """Return what the model says of each text.

        Args:
            texts: What to judge.
            pairs: The second texts, for a model of pairs.
            patient: Wait while the line is full; otherwise raise ``serving.busy``.

        Raises:
            InkstoneError: ``serving.busy``, ``serving.closed``, ``serving.failed``, ``predict.pairs_needed``.
        """
        if not patient:
            self._require_room(len(texts))
        found: list[Future[list[Any]]] = []
        for start in range(0, len(texts), _ENCODED_AT_ONCE):
            if len(found) >= _AHEAD:
                wait([found[-_AHEAD]])
            with self._encoding:
                second = list(pairs[start : start + _ENCODED_AT_ONCE]) if pairs is not None else None
                rows = self.model.rows(list(texts[start : start + _ENCODED_AT_ONCE]), second)
            found.append(self._submit(rows, large=len(texts) > _ENCODED_AT_ONCE, patient=patient))
        return [result for future in found for result in future.result()]

    def close(self, *, drain: bool = True) -> None:
        """Stop the workers, after what waits has been answered, or at once."""
        with self._changed:
            self._closed = True
            refused = [] if drain else self._line.clear()
            self._changed.notify_all()
        for request in refused:
            request.fail(CLOSED())
        for worker in self._workers:
            worker.join()

    def _require_room(self, rows: int) -> None:
        waiting = len(self._line)
        if waiting and waiting + rows > self.limits.queue_rows:
            raise BUSY(waiting=waiting, seconds=1)

    def _submit(self, rows: Sequence[Row], *, large: bool, patient: bool) -> "Future[list[Any]]":
        request = Request(rows, large=large)
        with self._changed:
            if patient:
                self._changed.wait_for(lambda: self._closed or len(self._line) < self.limits.queue_rows)
            if self._closed:
                raise CLOSED()
            self._line.add(request)
            self._changed.notify_all()
        return request.done

    def _next(self) -> list[Item]:
        """Wait for rows and take a batch; nothing when the engine closes."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._line) > 0)
            taken = self._line.take(self._tokens(), self.limits.batch_rows)
            self._changed.notify_all()
            return taken

    def _tokens(self) -> int:
        if self._rate is None:
            return _FIRST_TOKENS
        return int(np.clip(self._rate * self.limits.latency_seconds, _FEWEST_TOKENS, _MOST_TOKENS))

    def _work(self) -> None:
        while items := self._next():
            rows = [item.request.rows[item.place] for item in items]
            started = time.perf_counter()
            try:
                results = self.model.forward(rows)
            except Exception as error:  # one bad batch must not end the worker; its callers are told
                self._refuse(items, error)
                continue
            self._learn(len(rows) * bucket(max(map(size, rows))), time.perf_counter() - started)
            self._deliver(items, results)

    def _learn(self, tokens: int, seconds: float) -> None:
        """Keep a moving average of the speed; single rows say nothing about it."""
        if tokens < _FEWEST_TOKENS:
            return
        rate = tokens / max(seconds, 1e-6)
        self._rate = rate if self._rate is None else 0.8 * self._rate + 0.2 * rate

    def _deliver(self, items: list[Item], results: Sequence[Any] | np.ndarray) -> None:
        of_request: dict[int, list[int]] = {}
        for number, item in enumerate(items):
            of_request.setdefault(id(item.request), []).append(number)
        for numbers in of_request.values():
            request = items[numbers[0]].request
            request.deliver([items[number].place for number in numbers], [results[number] for number in numbers])

    def _refuse(self, items: list[Item], error: Exception) -> None:
        LOG.exception("a batch of %d rows failed", len(items))
        told = error if isinstance(error, InkstoneError) else FAILED(kind=type(error).__name__)
        for request in {id(item.request): item.request for item in items}.values():
            request.fail(told)
