"""Compiles a network by ``torch.compile``, in place, so that weights keep their names and checkpoints their layout."""

import os
import shutil
from typing import TYPE_CHECKING, Any

from inkstone.components.texts import text

if TYPE_CHECKING:
    import torch

NO_COMPILER = text(
    "没有找到 C++ 编译器（g++），torch.compile 已跳过，训练照常进行。请安装 g++，或用环境变量 CXX 指定编译器。",
    "No C++ compiler (g++) was found, so torch.compile is left out and training goes on without it. Install g++, or name a"
    " compiler by the variable CXX.",
)


def has_compiler() -> bool:
    """Return whether there is the compiler that torch.compile hands its code to."""
    return shutil.which(os.environ.get("CXX") or "g++") is not None


def compile_bodies(model: "torch.nn.Module") -> bool:
    """Compile the layers of every encoder inside a network; heads, whose inputs change their size, stay as they are.

    Returns:
        False, with nothing done, where the machine has no compiler.
    """
    from transformers import PreTrainedModel

    if not has_compiler():
        return False
    encoders: list[Any] = [part for part in model.modules() if isinstance(part, PreTrainedModel)]
    bodies = {id(body): body for body in (getattr(part, part.base_model_prefix, part) for part in encoders)}
    for body in bodies.values() or [model]:
        body.compile()
    return True
