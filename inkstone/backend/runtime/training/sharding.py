"""Shares weights, gradients and optimiser state among workers, so that each holds a part (fully sharded data parallel).

Zhao et al., "PyTorch FSDP", 2023, by torch's ``fully_shard``: NCCL on GPUs, gloo on processors. Checkpoints hold whole tensors in
safetensors, the same as those of unsharded training, whatever the number of workers.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from inkstone.components.nlp import model_io

OPTIMIZER = "optimizer.safetensors"
SCHEDULER = "scheduler.json"


def shard(network: torch.nn.Module, device: torch.device) -> None:
    """Share the weights of a network among all workers, in place; each layer is gathered while it computes."""
    import torch.distributed as dist
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard

    mesh = init_device_mesh(device.type, (dist.get_world_size(),))
    network.to(device)
    lists = [part for part in network.modules() if isinstance(part, torch.nn.ModuleList)]
    for layers in reversed(lists):
        for layer in layers:
            fully_shard(layer, mesh=mesh)
    fully_shard(network, mesh=mesh)


def whole_weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Gather the weights; every worker must call it."""
    return {name: _whole(value) for name, value in network.state_dict().items()}


def load_weights(network: torch.nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    """Give each worker its part of whole weights."""
    from torch.distributed.checkpoint.state_dict import StateDictOptions, set_model_state_dict

    set_model_state_dict(network, dict(weights), options=StateDictOptions(full_state_dict=True))


def save_optimizer(network: torch.nn.Module, optimizer: Any, scheduler: Any, folder: Path, first: bool) -> None:
    """Gather the optimiser's moments and let the first worker write them; every worker must call it."""
    moments = {
        f"{name}/{kind}": _whole(value)
        for name, parameter in network.named_parameters()
        for kind, value in _plain(optimizer).state[parameter].items()
    }
    if first:
        model_io.save_weights(folder / OPTIMIZER, moments)
        (folder / SCHEDULER).write_text(json.dumps(scheduler.state_dict()), "utf-8")


def load_optimizer(network: torch.nn.Module, optimizer: Any, scheduler: Any, folder: Path) -> None:
    """Give each worker its part of the moments that ``save_optimizer`` wrote."""
    moments = model_io.load_weights(folder / OPTIMIZER)
    parameters = dict(network.named_parameters())
    for key, value in moments.items():
        name, kind = key.rsplit("/", 1)
        parameter = parameters[name]
        _plain(optimizer).state[parameter][kind] = _part_like(parameter, value)
    scheduler.load_state_dict(json.loads((folder / SCHEDULER).read_text("utf-8")))
    for group, rate in zip(_plain(optimizer).param_groups, scheduler.get_last_lr(), strict=True):
        group["lr"] = rate


def _whole(value: torch.Tensor) -> torch.Tensor:
    from torch.distributed.tensor import DTensor

    return (value.full_tensor() if isinstance(value, DTensor) else value).cpu()


def _part_like(parameter: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """Return this worker's part of a moment; the number of steps, a lone figure, is everybody's."""
    from torch.distributed.tensor import DTensor, distribute_tensor

    if value.ndim == 0 or not isinstance(parameter, DTensor):
        return value
    return distribute_tensor(value.to(parameter.device), parameter.device_mesh, parameter.placements)


def _plain(optimizer: Any) -> Any:
    return getattr(optimizer, "optimizer", optimizer)
