"""Structured pruning of a saved text classifier: from a model folder to a smaller model folder."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from inkstone.components.nlp import model_io
from inkstone.components.nlp.compression import structure, vocabulary
from inkstone.components.nlp.compression.errors import UNSUPPORTED
from inkstone.components.nlp.compression.importance import importances
from inkstone.components.nlp.compression.students import SUPPORTED, chosen_layers, keep_layers
from inkstone.components.nlp.compression.watching import layer_list, transformer
from inkstone.components.nlp.rows import TextRows
from inkstone.components.nlp.text_classification import Settings, TextClassification

if TYPE_CHECKING:
    from inkstone.components.nlp.task import Batch

ROWS_JUDGED = 512
BATCH = 8


@dataclass(frozen=True)
class Cut:
    """How much stays.

    Attributes:
        layers: Number of layers; None keeps all.
        heads: Share of the heads of each layer.
        units: Share of the FFN units of each layer.
        least_count: Pieces of the vocabulary that the texts use less often go; 0 keeps all.
    """

    layers: int | None = None
    heads: float = 1.0
    units: float = 1.0
    least_count: int = 0


def load_classifier(folder: Path) -> tuple[TextClassification, Any]:
    """Return task and network of a fine-tuned classifier.

    Raises:
        InkstoneError: ``compress.unsupported_model``, ``model.tampered``.
    """
    card = model_io.verify(folder)
    if card.task != TextClassification.name or model_io.WEIGHTS not in card.files:
        raise UNSUPPORTED(kind=card.task, supported=SUPPORTED, at="model")
    return TextClassification.load(folder)


def weights_of(network: torch.nn.Module) -> int:
    """Return the number of weights of a network."""
    return sum(parameter.numel() for parameter in network.parameters())


def batches_of(task: Any, rows: TextRows, seed: int, limit: int = ROWS_JUDGED) -> "Iterator[Batch]":
    """Yield batches of some labelled rows."""
    from datasets import Dataset

    data: Dataset = task.prepare_rows(rows.labelled()).shuffle(seed=seed)
    for start in range(0, min(limit, len(data)), BATCH):
        yield task.collate([data[place] for place in range(start, min(start + BATCH, len(data)))])


def prune(folder: Path, rows: TextRows, cut: Cut, target: Path, seed: int) -> dict[str, Any]:
    """Write a pruned copy of a classifier and return facts about what went.

    Args:
        folder: Model folder.
        rows: Labelled rows by which importance is judged, and texts whose words the vocabulary keeps.
        cut: How much stays.
        target: Folder to make.
        seed: Of the choice of rows.

    Raises:
        InkstoneError: ``compress.unsupported_model``, ``compress.nothing_left``.
    """
    task, network = load_classifier(folder)
    before = weights_of(network)
    encoder = transformer(network)
    if cut.layers is not None and cut.layers < len(layer_list(network) or ()):
        keep_layers(encoder, chosen_layers(len(layer_list(network) or ()), cut.layers))
    if cut.heads < 1 or cut.units < 1:
        _cut_layers(task, network, rows, cut, seed)
    config = encoder.config
    if cut.heads < 1 or cut.units < 1 or hasattr(config, structure.PRUNED_KEY):
        setattr(config, structure.PRUNED_KEY, structure.shape_left(network))
    base = target.with_name(f"{target.name}-base")
    shutil.rmtree(base, ignore_errors=True)
    task.tokenizer.save_pretrained(base)
    pieces = _cut_vocabulary(task, network, rows, cut.least_count, base) if cut.least_count else config.vocab_size
    config.save_pretrained(base)
    settings = {**task.to_dict(), "encoder": str(base), "random_weights": True}
    TextClassification(Settings.model_validate(settings)).save(network, target)
    shutil.rmtree(base)
    after = weights_of(network)
    return {
        "weights_before": before,
        "weights": after,
        "layers": len(layer_list(network) or ()),
        "vocabulary": pieces,
        **(getattr(config, structure.PRUNED_KEY, {})),
    }


def _cut_layers(task: TextClassification, network: Any, rows: TextRows, cut: Cut, seed: int) -> None:
    layers = structure.prunable_layers(network)
    heads, units = importances(task, network, batches_of(task, rows, seed))
    for layer, head, unit in zip(layers, heads, units, strict=True):
        if cut.heads < 1:
            structure.keep_heads(layer, structure.best(head, structure.kept_count(len(head), cut.heads, "heads")))
        if cut.units < 1:
            structure.keep_units(layer, structure.best(unit, structure.kept_count(len(unit), cut.units, "units")))


def _cut_vocabulary(task: TextClassification, network: Any, rows: TextRows, least: int, base: Path) -> int:
    if getattr(network, "wide", False):
        # Its n-gram tables are addressed by token numbers, which would change.
        raise UNSUPPORTED(kind="scratch", supported=structure.FAMILIES, at="vocabulary")
    kept = vocabulary.used_pieces(task.tokenizer, rows.every_text, least)
    encoder = transformer(network)
    words = encoder.get_input_embeddings()
    numbers = vocabulary.reduce_tokenizer(base, kept)
    padding = numbers.get(words.padding_idx) if words.padding_idx is not None else None
    made = torch.nn.Embedding(len(kept), words.embedding_dim, padding_idx=padding)
    made.weight.data = words.weight.data[torch.as_tensor(kept)].clone()
    encoder.set_input_embeddings(made)
    encoder.config.vocab_size = len(kept)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id"):
        old = getattr(encoder.config, name, None)
        if old is not None:
            setattr(encoder.config, name, numbers.get(old))
    return len(kept)
