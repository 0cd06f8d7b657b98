"""Cuts whole heads, FFN units and layers out of a BERT-like encoder, so that what is left is smaller and faster at once."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.compression.errors import NOTHING_LEFT, UNSUPPORTED
from inkstone.components.nlp.compression.watching import layer_list, transformer

PRUNED_KEY = "inkstone_pruned"
"""Field of ``config.json``: heads and FFN units that each layer has left."""
FAMILIES = "BERT, RoBERTa, ELECTRA, ERNIE"


def prunable_layers(network: nn.Module) -> list[Any]:
    """Return the layers of an encoder in BERT's layout.

    Raises:
        InkstoneError: ``compress.unsupported_model``.
    """
    layers, encoder = layer_list(network), transformer(network)
    kind = encoder.config.model_type if encoder is not None else type(network).__name__
    known = layers is not None and all(
        hasattr(layer, "intermediate") and hasattr(getattr(getattr(layer, "attention", None), "self", None), "query")
        for layer in layers
    )
    if not known or layers is None:
        raise UNSUPPORTED(kind=kind, supported=FAMILIES, at="model")
    return list(layers)


def kept_count(total: int, share: float, what: str) -> int:
    """Return how many of ``total`` stay.

    Raises:
        InkstoneError: ``compress.nothing_left``.
    """
    left = round(total * share)
    if left < 1:
        raise NOTHING_LEFT(what=what, least=1, left=left, at=f"{what}_kept")
    return left


def best(importance: torch.Tensor, count: int) -> list[int]:
    """Return the positions of the ``count`` most important parts, in their order."""
    return sorted(importance.argsort(descending=True, stable=True)[:count].tolist())


def keep_heads(layer: Any, heads: Sequence[int]) -> None:
    """Leave only some attention heads in a layer."""
    attention = layer.attention.self
    size = attention.attention_head_size
    kept = torch.cat([torch.arange(head * size, (head + 1) * size) for head in heads])
    for name in ("query", "key", "value"):
        setattr(attention, name, _rows(getattr(attention, name), kept))
    layer.attention.output.dense = _columns(layer.attention.output.dense, kept)
    attention.num_attention_heads, attention.all_head_size = len(heads), len(kept)


def keep_units(layer: Any, units: Sequence[int]) -> None:
    """Leave only some units between the two dense layers of a layer's FFN."""
    kept = torch.as_tensor(list(units))
    layer.intermediate.dense = _rows(layer.intermediate.dense, kept)
    layer.output.dense = _columns(layer.output.dense, kept)


def _rows(linear: nn.Linear, kept: torch.Tensor) -> nn.Linear:
    made = nn.Linear(linear.in_features, len(kept), bias=linear.bias is not None)
    made.weight.data = linear.weight.data[kept].clone()
    if linear.bias is not None:
        made.bias.data = linear.bias.data[kept].clone()
    return made


def _columns(linear: nn.Linear, kept: torch.Tensor) -> nn.Linear:
    made = nn.Linear(len(kept), linear.out_features, bias=linear.bias is not None)
    made.weight.data = linear.weight.data[:, kept].clone()
    if linear.bias is not None:
        made.bias.data = linear.bias.data.clone()
    return made


def shape_left(network: nn.Module) -> dict[str, list[int]]:
    """Return what ``PRUNED_KEY`` says of a network: heads and FFN units of each layer."""
    layers = prunable_layers(network)
    return {
        "heads": [layer.attention.self.num_attention_heads for layer in layers],
        "intermediate": [layer.intermediate.dense.out_features for layer in layers],
    }


def shrink_to(network: nn.Module, shape: dict[str, list[int]]) -> None:
    """Bring a freshly built encoder to a pruned shape; which parts go does not matter, as saved weights follow."""
    for layer, heads, units in zip(prunable_layers(network), shape["heads"], shape["intermediate"], strict=True):
        if heads < layer.attention.self.num_attention_heads:
            keep_heads(layer, range(heads))
        if units < layer.intermediate.dense.out_features:
            keep_units(layer, range(units))
