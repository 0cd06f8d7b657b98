"""Exports tagging models as ONNX, held against the original on real texts."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from inkstone.components.errors import InkstoneError
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import NO_NEURAL_MODEL, PARITY_FAILED
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.onnx_writing import TOLERANCE, together, trace, write_graph_folder, write_within
from inkstone.components.nlp.tagging.composed import ComposedTagger, compose
from inkstone.components.nlp.tagging.entity_models import OnnxRecogniser, TorchRecogniser
from inkstone.components.nlp.tagging.keyword_models import RECOGNISER, KeywordTagger
from inkstone.components.nlp.tagging.label_models import LabelTagger, OnnxLabels, TorchLabels
from inkstone.components.nlp.tagging.label_pool import PooledLabels
from inkstone.components.nlp.tagging.loading import load_tagger
from inkstone.components.nlp.tagging.sharing import RememberingEncoder, network_of

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

    In a composed model each part that can have a graph gets one; the others, and those that share an encoder's work, stay as
    they are.

    Raises:
        InkstoneError: ``export.no_onnx`` or ``export.parity_failed``.
    """
    original = load_tagger(folder)
    if isinstance(original, TorchRecogniser):
        return _write_recogniser(original, folder, target, probes or _PROBES)
    if isinstance(original, TorchLabels):
        return _write_labels(original, folder, target, probes or _PROBES)
    if isinstance(original, KeywordTagger) and isinstance(original.recogniser, TorchRecogniser):
        return write_within(folder, target, [RECOGNISER], lambda old, new: write_onnx(old, new, probes))
    if isinstance(original, PooledLabels) and (networks := original.networks()):
        return write_within(folder, target, networks, lambda old, new: write_onnx(old, new, probes))
    if isinstance(original, ComposedTagger):
        return _write_composed(original, folder, target, probes)
    raise NO_NEURAL_MODEL(task=original.task)


def _write_recogniser(original: TorchRecogniser, folder: Path, target: Path, probes: Sequence[str]) -> dict[str, Any]:
    def write() -> None:
        windows = original.network.windows(["样例 text"] * 2)
        batch = original.network.collate([{"input_ids": item.ids, "starts": item.starts} for item in windows])
        batch.pop("tokens")
        _trace(original, batch, "scores", target / ONNX)

    def compare() -> dict[str, Any]:
        return parity(original, OnnxRecogniser(target, model_io.verify(target)), probes)

    return write_graph_folder(folder, target, original.card, write, compare)


def _write_labels(original: TorchLabels, folder: Path, target: Path, probes: Sequence[str]) -> dict[str, Any]:
    def write() -> None:
        ids = original.network.encode(["样例 text"] * 2)["input_ids"]
        batch = original.network.collate([{"input_ids": row} for row in ids])
        _trace(original, batch, "logits", target / ONNX)

    def compare() -> dict[str, Any]:
        return label_parity(original, OnnxLabels(target, model_io.verify(target)), probes)

    return write_graph_folder(folder, target, original.card, write, compare)


def _trace(model: TorchRecogniser | TorchLabels, batch: Any, output: str, path: Path) -> None:
    try:
        trace(model.model, batch, output, path)
    finally:
        model.model.to(model.device)


def _write_composed(original: ComposedTagger, folder: Path, target: Path, probes: Sequence[str]) -> dict[str, Any]:
    from inkstone.components.nlp import export

    card, parts, found = original.card, {}, []
    with TemporaryDirectory() as temporary:
        for name, tagger in original.parts.items():
            parts[name] = folder / name
            if isinstance(getattr(network_of(tagger), "encoder", None), RememberingEncoder):
                continue
            try:
                facts = export.write_onnx(folder / name, Path(temporary) / name, [(probe, None) for probe in probes])
            except InkstoneError as problem:
                if problem.code not in {NO_NEURAL_MODEL.code, PARITY_FAILED.code}:
                    raise
                continue
            parts[name] = Path(temporary) / name
            found.append(facts)
        if not found:
            raise NO_NEURAL_MODEL(task=card.task)
        compose(parts, target, card.model_dump(exclude={"task", "labels", "settings", "files", "digest"}))
    facts = together(found)
    model_io.amend(target, origin=card.digest, onnx=facts)
    return facts


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


def label_parity(original: LabelTagger, exported: LabelTagger, probes: Sequence[str]) -> dict[str, Any]:
    """Return on how many texts both give the same labels, and the largest difference of a probability.

    Labels may differ where a probability lies closer to its threshold than the tolerance.
    """
    before, after = original.scores(probes), exported.scores(probes)
    unclear = np.abs(before - original.thresholds) <= TOLERANCE
    same = ((original.given(before) == exported.given(after)) | unclear).all(axis=1)
    return {
        "parity_rows": len(probes),
        "label_agreement": round(float(same.mean()), 6),
        "largest_difference": round(float(np.abs(before - after).max()), 7),
    }
