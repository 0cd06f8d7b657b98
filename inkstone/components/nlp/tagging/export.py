"""Exports entity recognisers as ONNX, held against the original on real texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import NO_NEURAL_MODEL
from inkstone.components.nlp.onnx_writing import trace, write_graph_folder
from inkstone.components.nlp.tagging.entity_models import ONNX, OnnxRecogniser, TorchRecogniser
from inkstone.components.nlp.tagging.loading import load_tagger

_PROBES = (
    "好",
    "王小明在北京的星光科技公司工作。",
    "A plain message.",
    "中文 and English 混在一起 123！",
    "很长的一段文本，" * 40,
    "",
)


def write_onnx(folder: Path, target: Path, probes: Sequence[str] = ()) -> dict[str, Any]:
    """Write a model folder with a graph in the place of the weights, and return how well the two agree.

    Raises:
        InkstoneError: ``export.no_onnx`` or ``export.parity_failed``.
    """
    original = load_tagger(folder)
    if not isinstance(original, TorchRecogniser):
        raise NO_NEURAL_MODEL(task=original.task)
    return write_graph_folder(
        folder,
        target,
        original.card,
        lambda: _trace(original, target / ONNX),
        lambda: parity(original, OnnxRecogniser(target, model_io.verify(target)), probes or _PROBES),
    )


def _trace(model: TorchRecogniser, path: Path) -> None:
    windows = model.network.windows(["样例 text"] * 2)
    batch = model.network.collate([{"input_ids": item.ids, "starts": item.starts} for item in windows])
    batch.pop("tokens")
    try:
        trace(model.model, batch, "scores", path)
    finally:
        model.model.to(model.device)


def parity(original: TorchRecogniser, exported: OnnxRecogniser, probes: Sequence[str]) -> dict[str, Any]:
    """Return on how many texts both find the same entities, and the largest difference of their probabilities."""
    before, after = original.entities(probes), exported.entities(probes)
    same = [
        [item[:3] for item in first] == [item[:3] for item in second]
        for first, second in zip(before, after, strict=True)
    ]
    gaps = [
        abs(one.score - other.score)
        for first, second, equal in zip(before, after, same, strict=True)
        if equal
        for one, other in zip(first, second, strict=True)
    ]
    return {
        "parity_rows": len(probes),
        "label_agreement": round(float(np.mean(same)), 6),
        "largest_difference": round(max(gaps, default=0.0), 7),
    }
