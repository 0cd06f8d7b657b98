"""What a model costs and what it is worth: weights, bytes, accuracy, latency, throughput."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.rows import TextRows

WARM_UP = 5


@dataclass(frozen=True)
class Cost:
    """The price of one model.

    Attributes:
        weights: Number of weights.
        megabytes: Size of its folder.
        p50: Median milliseconds of a single request; None where time was not measured, and so below.
        p95: 95 of 100 requests are faster.
        p99: 99 of 100 requests are faster.
        per_second: Examples a second in batches of 32.
    """

    weights: int
    megabytes: float
    p50: float | None = None
    p95: float | None = None
    p99: float | None = None
    per_second: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the figures that were measured."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def count_weights(folder: Path) -> int:
    """Return how many weights a model folder holds; those of an ONNX graph without the scales of quantisation."""
    card = model_io.read_card(folder)
    if ONNX in card.files:
        import onnx

        graph = onnx.load(str(folder / ONNX)).graph
        return sum(int(np.prod(item.dims)) for item in graph.initializer if len(item.dims) and _is_weight(item.name))
    return sum(
        value.numel()
        for name in card.files
        if name.endswith(".safetensors")
        for value in model_io.load_weights(folder / name).values()
    )


def _is_weight(name: str) -> bool:
    return not name.endswith(("_scale", "_zero_point"))


def price(folder: Path, rows: TextRows, requests: int, check: Callable[[], None]) -> Cost:
    """Measure a model.

    Args:
        folder: Model folder.
        rows: Real texts.
        requests: Single requests to time, and texts of the throughput; 0 measures no time.
        check: Called between requests; may raise to stop.
    """
    from inkstone.components.nlp.inference import load_model

    megabytes = sum(item.stat().st_size for item in folder.rglob("*") if item.is_file()) / 1e6
    weights = count_weights(folder)
    if not requests:
        return Cost(weights, round(megabytes, 3))
    model = load_model(folder)
    places = [number % len(rows.texts) for number in range(requests)]
    texts = [rows.texts[place] for place in places]
    pairs = [rows.pairs[place] for place in places] if rows.pairs is not None else None
    seconds = []
    for number in range(-WARM_UP, requests):
        check()
        one = max(number, 0)
        began = time.perf_counter()
        model.scores([texts[one]], [pairs[one]] if pairs is not None else None)
        if number >= 0:
            seconds.append(time.perf_counter() - began)
    began = time.perf_counter()
    model.scores(texts, pairs, 32)
    rate = requests / (time.perf_counter() - began)
    p50, p95, p99 = (round(1e3 * float(value), 3) for value in np.percentile(seconds, (50, 95, 99)))
    return Cost(weights, round(megabytes, 3), p50, p95, p99, round(rate, 1))


def pareto(points: Sequence[tuple[float, float]]) -> list[bool]:
    """Return which (cost, worth) points no other point beats: none costs no more and is worth no less, and differs."""
    return [
        not any(cost <= own and worth >= value and (cost, worth) != (own, value) for cost, worth in points)
        for own, value in points
    ]
