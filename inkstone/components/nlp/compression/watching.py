"""Looks into a network while it runs: the hidden states and attention of its layers, whatever the architecture calls them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

_LISTS = ("layer", "layers", "h", "block")
_QUERIES = ("query", "q_proj", "q_lin")


@dataclass
class Seen:
    """What one pass through a network showed.

    Attributes:
        output: What the network returned.
        embedded: Hidden states before the first layer; shape (batch, length, width).
        hidden: Hidden states after each layer, of the same shape.
        attention: Attention of each layer; shape (batch, heads, length, length). Empty unless asked for.
    """

    output: Any = None
    embedded: torch.Tensor | None = None
    hidden: list[torch.Tensor] = field(default_factory=list)
    attention: list[torch.Tensor] = field(default_factory=list)


def layer_list(network: nn.Module) -> nn.ModuleList | None:
    """Return the transformer layers of a network, or None where it has none."""
    found = [
        item
        for name, item in network.named_modules()
        if isinstance(item, nn.ModuleList) and name.rsplit(".", 1)[-1] in _LISTS and len(item)
    ]
    return max(found, key=len, default=None)


def transformer(network: nn.Module) -> Any:
    """Return the Hugging Face encoder inside a network, or None."""
    from transformers import PreTrainedModel

    return next((item for item in network.modules() if isinstance(item, PreTrainedModel)), None)


def shape_of(network: nn.Module) -> tuple[int, int, int]:
    """Return layers, width and attention heads of the encoder inside a network; zeros where it has no such thing."""
    layers, encoder = layer_list(network), transformer(network)
    if layers is None or encoder is None:
        return 0, 0, 0
    config = encoder.config
    width = int(getattr(config, "hidden_size", 0) or getattr(config, "dim", 0))
    heads = int(getattr(config, "num_attention_heads", 0) or getattr(config, "n_heads", 0))
    return len(layers), width, heads


def show_attention(network: nn.Module) -> None:
    """Make the layers compute their attention openly; fused kernels never hold it."""
    encoder = transformer(network)
    if encoder is not None:
        encoder.set_attn_implementation("eager")


@contextmanager
def watching(network: nn.Module, attention: bool = False) -> Iterator[Seen]:
    """Collect what passes through the layers of a network while the block runs."""
    plain = getattr(network, "module", network)
    seen = Seen()
    hooks = [plain.register_forward_hook(lambda _module, _inputs, output: setattr(seen, "output", output))]
    layers = layer_list(plain)
    if layers is not None:
        hooks.append(layers[0].register_forward_pre_hook(lambda _m, inputs: setattr(seen, "embedded", inputs[0])))
        hooks += [
            layer.register_forward_hook(lambda _m, _i, made: seen.hidden.append(_first(made))) for layer in layers
        ]
        if attention:
            looking = [part for layer in layers for part in layer.modules() if any(hasattr(part, q) for q in _QUERIES)]
            hooks += [
                part.register_forward_hook(lambda _m, _i, made: seen.attention.append(made[1])) for part in looking
            ]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _first(made: Any) -> torch.Tensor:
    state: torch.Tensor = made[0] if isinstance(made, tuple) else made
    return state
