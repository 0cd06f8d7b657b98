"""Exports entity recognisers as ONNX, held against the original on real texts."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import NO_NEURAL_MODEL, PARITY_FAILED
from inkstone.components.nlp.tagging.entity_models import ONNX, OnnxRecogniser, TorchRecogniser
from inkstone.components.nlp.tagging.loading import load_tagger

OPSET = 18
TOLERANCE = 1e-3
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
    target.mkdir(parents=True)
    for name in original.card.files:
        if name != model_io.WEIGHTS:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target / name)
    _trace(original, target / ONNX)
    card = model_io.seal(target, original.card.model_copy(update={"digest": "", "files": {}}))
    exported = OnnxRecogniser(target, model_io.verify(target))
    facts = {"opset": OPSET, **parity(original, exported, probes or _PROBES)}
    model_io.amend(target, origin=original.card.digest, onnx=facts, files=card.files)
    if facts["label_agreement"] < 1.0 or facts["largest_difference"] > TOLERANCE:
        raise PARITY_FAILED(agreement=facts["label_agreement"], difference=facts["largest_difference"])
    return facts


def _trace(model: TorchRecogniser, path: Path) -> None:
    import logging
    import warnings

    import torch

    network = model.model.cpu().eval()
    windows = model.network.windows(["样例 text"] * 2)
    batch = model.network.collate([{"input_ids": item.ids, "starts": item.starts} for item in windows])
    batch.pop("tokens")
    free = {name: {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")} for name in batch}
    noisy = logging.getLogger("torch.onnx")
    level = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                network,
                kwargs=dict(batch),
                f=str(path),
                input_names=list(batch),
                output_names=["scores"],
                dynamic_shapes=free,
                opset_version=OPSET,
                dynamo=True,
                external_data=False,
                verbose=False,
            )
    finally:
        noisy.setLevel(level)
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
