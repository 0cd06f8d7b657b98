"""Layer-wise learning rates (Howard and Ruder 2018, discriminative fine-tuning)."""

import re
from typing import Any

import torch

from inkstone.components.nlp.fitting import FitSettings

_LAYER = re.compile(r"\.(?:layer|layers|h|block)\.(\d+)\.")


def layerwise_groups(model: torch.nn.Module, settings: FitSettings, decayed: set[str]) -> list[dict[str, Any]]:
    """Return optimiser groups in which a layer ``k`` steps below the head has the rate ``rate * decay^k``.

    The head itself has ``rate * head_rate``: its weights start at random and have far to go.

    Args:
        model: The network.
        settings: Holds rate, weight decay and the layer-wise factor.
        decayed: Names of the parameters that take weight decay.
    """
    names = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    layers = 1 + max((int(found.group(1)) for name in names if (found := _LAYER.search(name))), default=-1)
    groups: dict[tuple[float, bool], list[torch.nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            factor = settings.head_rate if _is_head(name) else settings.layerwise_decay ** _depth(name, layers)
            groups.setdefault((factor, name in decayed), []).append(parameter)
    return [
        {
            "params": parameters,
            "lr": settings.learning_rate * factor,
            "weight_decay": settings.weight_decay if decays else 0.0,
        }
        for (factor, decays), parameters in sorted(groups.items(), key=lambda item: item[0], reverse=True)
    ]


def _is_head(name: str) -> bool:
    return name.startswith("head.")


def _depth(name: str, layers: int) -> int:
    """Return 0 for the head, 1 for the top layer, ``layers + 1`` for the embeddings."""
    found = _LAYER.search(name)
    if found:
        return layers - int(found.group(1))
    return layers + 1 if "embedding" in name or "ngrams" in name else 0
