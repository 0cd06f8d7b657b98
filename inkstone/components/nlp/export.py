"""Packs a model to take away: a zip with safetensors, with an ONNX graph that is first held against the original, or with a folder
around that graph which runs without Inkstone."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np

from inkstone.components.nlp import model_io
from inkstone.components.nlp.combined import CombinedText
from inkstone.components.nlp.errors import NO_NEURAL_MODEL
from inkstone.components.nlp.fewshot.prompted import PromptedTask
from inkstone.components.nlp.inference import GRAPH_TASKS, NeuralText, TextModel, load_model
from inkstone.components.nlp.onnx_model import load_onnx
from inkstone.components.nlp.onnx_session import ONNX
from inkstone.components.nlp.onnx_writing import TOLERANCE, trace, write_graph_folder, write_within
from inkstone.components.nlp.risk.model import INNER, RiskText
from inkstone.components.nlp.risk.several import several_of
from inkstone.components.nlp.standalone import write_standalone
from inkstone.components.nlp.tagging.loading import is_tagger

Format = Literal["safetensors", "onnx", "standalone"]
_EARLY = (1980, 1, 1, 0, 0, 0)
# Rows for the parity check when the user gives none: several lengths and scripts.
_PROBES = (
    "好",
    "这是一条普通的消息",
    "A plain message.",
    "中文 and English 混在一起 123！",
    "很长的一段文本，" * 40,
    "",
)


def export_model(
    folder: Path, format: Format, output: Path, probes: Sequence[tuple[str, str | None]] = ()
) -> dict[str, Any]:
    """Write the zip ``output`` and return facts about it.

    Args:
        folder: A model folder; every file of it is checked first.
        format: ``safetensors`` packs the folder as it is; ``onnx`` puts a graph in the place of the weights; ``standalone``
            adds to the graph what runs it without Inkstone, see ``standalone``.
        output: The zip to write.
        probes: Texts (and second texts) for the parity check.

    Raises:
        InkstoneError: ``export.no_onnx``, ``export.no_standalone``, ``export.parity_failed``, ``model.tampered``.
    """
    card = model_io.verify(folder)
    facts: dict[str, Any] = {"format": format, "model": card.digest, "task": card.task, "labels": len(card.labels)}
    with TemporaryDirectory() as temporary:
        source = folder
        if format != "safetensors" and ONNX not in card.files:
            source = Path(temporary) / "model"
            facts |= write_onnx(folder, source, probes)
        if format == "standalone":
            source = write_standalone(source, Path(temporary) / "standalone")
        _pack(source, output)
    return facts | {"bytes": output.stat().st_size}


def write_onnx(folder: Path, target: Path, probes: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """Write the model folder ``target`` with a graph in the place of the weights, and return what the parity check found.

    Raises:
        InkstoneError: ``export.no_onnx``, ``export.parity_failed``.
    """
    if is_tagger(model_io.read_card(folder).task):
        from inkstone.components.nlp.tagging import export as tagging

        return tagging.write_onnx(folder, target, [first for first, _ in probes])
    original = load_model(folder)
    if networks := networks_within(original):
        return write_within(folder, target, networks, lambda old, new: write_onnx(old, new, probes))
    if not _is_network(original):
        raise NO_NEURAL_MODEL(task=original.task)
    assert isinstance(original, NeuralText)
    return write_graph_folder(
        folder,
        target,
        original.card,
        lambda: _trace(original, target / ONNX),
        lambda: parity(original, load_onnx(target), probes),
    )


def networks_within(model: TextModel) -> list[str]:
    """Return the folders of the models with a network within a combined or a risk-control model; nothing for others."""
    if isinstance(model, RiskText):
        several = several_of(model)
        traced = several.tagger.traced if several else _is_network(model.inner) or networks_within(model.inner)
        return [INNER] if traced else []
    if isinstance(model, CombinedText):
        pairs = zip(model.groups, model.models, strict=True)
        return [
            name for group, held in pairs for name, one in zip(group.members, held, strict=True) if _is_network(one)
        ]
    return []


def _is_network(model: TextModel) -> bool:
    return isinstance(model, NeuralText) and model.task in GRAPH_TASKS


def _trace(model: NeuralText, path: Path) -> None:
    rows = model.encode(["样例 text"] * 2, ["second text"] * 2 if model.pairs else None)
    batch = model.network.collate(rows)
    try:
        if isinstance(model.network, PromptedTask):
            from inkstone.components.nlp.fewshot.prompt_graph import SLOTS, as_graph

            with as_graph(model.network, model.model) as graph:
                trace(graph, batch, "logits", path, without_length=[SLOTS])
        else:
            trace(model.model, batch, "logits", path)
    finally:
        model.model.to(model.device)


def parity(original: TextModel, exported: TextModel, probes: Sequence[tuple[str, str | None]]) -> dict[str, Any]:
    """Return on how many rows both give the same label, and the largest difference of a probability.

    Labels may differ where the two best scores lie closer together than the tolerance.
    """
    rows = list(probes) or [(probe, "第二段文本" if original.pairs else None) for probe in _PROBES]
    texts = [first for first, _ in rows]
    pairs = [second or "" for _, second in rows] if original.pairs else None
    before, after = original.scores(texts, pairs), exported.scores(texts, pairs)
    best = np.sort(before, axis=1)
    clear = best[:, -1] - best[:, -2] > TOLERANCE if before.shape[1] > 1 else np.ones(len(rows), dtype=bool)
    same = (before.argmax(axis=1) == after.argmax(axis=1)) | ~clear
    return {
        "parity_rows": len(rows),
        "label_agreement": round(float(same.mean()), 6),
        "largest_difference": round(float(np.abs(before - after).max()), 7),
    }


def _pack(folder: Path, output: Path) -> None:
    """Write a zip whose bytes depend on the files alone."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for item in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(item.relative_to(folder).as_posix(), _EARLY)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            with item.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                shutil.copyfileobj(source, target, 1 << 20)
