"""How much each head and FFN unit matters: what the loss would lose without it, to first order."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn

from inkstone.components.nlp.compression.structure import prunable_layers
from inkstone.components.nlp.task import Batch


def importances(
    task: Any, network: nn.Module, batches: Iterable[Batch]
) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    """Return the importance of the heads and of the FFN units of each layer.

    Each part gets a gate ``g = 1``; its importance is the mean over batches of ``|dL/dg|`` (Michel et al., "Are sixteen heads
    really better than one?", 2019; for single units Molchanov et al. 2019), scaled to length one within a layer.

    Args:
        task: Gives the loss.
        network: The model.
        batches: Rows with labels.

    Returns:
        Two lists of one tensor a layer: shapes (heads,) and (units,).
    """
    layers = prunable_layers(network)
    device = next(network.parameters()).device
    heads = [
        torch.ones(layer.attention.self.num_attention_heads, device=device, requires_grad=True) for layer in layers
    ]
    units = [torch.ones(layer.intermediate.dense.out_features, device=device, requires_grad=True) for layer in layers]
    hooks = []
    for layer, head, unit in zip(layers, heads, units, strict=True):
        size = layer.attention.self.attention_head_size
        hooks.append(layer.attention.output.dense.register_forward_pre_hook(_gate(head, size)))
        hooks.append(layer.output.dense.register_forward_pre_hook(_gate(unit, 1)))
    gates = [*heads, *units]
    total = [torch.zeros_like(gate) for gate in gates]
    network.eval()
    try:
        for batch in batches:
            moved = {name: value.to(device) for name, value in batch.items()}
            slopes = torch.autograd.grad(task.loss(network, moved), gates)
            for place, slope in enumerate(slopes):
                total[place] += slope.abs()
    finally:
        for hook in hooks:
            hook.remove()
    scaled = [(value / value.norm().clamp(min=1e-12)).cpu() for value in total]
    return scaled[: len(layers)], scaled[len(layers) :]


def _gate(gate: torch.Tensor, repeat: int) -> Any:
    def apply(_module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
        return (inputs[0] * gate.repeat_interleave(repeat), *inputs[1:])

    return apply
