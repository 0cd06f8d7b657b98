"""What the machine can do: precision, threads, devices."""

import os
from typing import Literal

from inkstone.components.spec import Resources

Precision = Literal["fp32", "bf16", "fp16"]


def choose_precision(wished: str, gpus: bool) -> Precision:
    """Return the precision to train in; ``auto`` takes bf16 where the GPU or the processor multiplies it in hardware."""
    if wished == "fp16":
        return "fp16" if gpus else "fp32"
    if wished == "auto":
        return "bf16" if _has_bf16(gpus) else "fp32"
    return "bf16" if wished == "bf16" else "fp32"


def use_gpus(resources: Resources) -> bool:
    """Return whether to train on GPUs: they were asked for, and they are there."""
    import torch

    return resources.gpus > 0 and torch.cuda.is_available()


def choose_threads(resources: Resources) -> int:
    """Return how many threads a worker computes with: its processors, or its share of the free ones."""
    if resources.cpus >= 1:
        return int(resources.cpus)
    wished = os.environ.get("OMP_NUM_THREADS", "")
    free = int(wished) if wished.isdigit() and int(wished) > 0 else len(os.sched_getaffinity(0))
    return max(1, free // resources.workers)


def _has_bf16(gpus: bool) -> bool:
    import torch

    if gpus:
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16") or capabilities.get("bf16"))
