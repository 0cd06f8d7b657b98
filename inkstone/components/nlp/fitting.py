"""What a training component asks of ``ctx.fit`` and what it gets back."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class FitSettings(BaseModel):
    """How to train.

    Attributes:
        epochs: Passes over the training rows.
        batch_size: Rows of one optimiser step, over all workers and accumulation steps together.
        micro_batch_size: Rows that one worker holds at once; None: ``batch_size / workers``, halved when memory runs out.
        learning_rate: Peak rate of AdamW.
        weight_decay: Decoupled weight decay; biases and layer norms take none.
        warmup_ratio: Share of the steps in which the rate rises.
        schedule: How the rate falls afterwards.
        max_grad_norm: Gradient clipping.
        precision: ``auto`` takes bf16 where processor or GPU has it, else fp32.
        metric: The dev figure by which the best checkpoint is chosen.
        greater_is_better: Direction of ``metric``.
        patience: Dev passes without improvement before stopping early; None never stops early.
        evals_per_epoch: Dev passes an epoch.
        seed: Seed of order, dropout and initial weights.
        part: Which of the node's trainings this is, and of how many: (done before, in all); for the progress bar alone.
        layerwise_decay: Factor on the rate for each layer down from the head; 1.0 is one rate for all.
        head_rate: Factor on the rate of the head, which starts at random above a pre-trained encoder.
        compile: Compile the encoder by ``torch.compile``.
        shard: With several workers, let each hold a part of weights, gradients and optimiser state (FSDP).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: float = Field(3, gt=0)
    batch_size: int = Field(32, ge=1)
    micro_batch_size: int | None = Field(None, ge=1)
    learning_rate: float = Field(5e-5, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    warmup_ratio: float = Field(0.1, ge=0, le=1)
    schedule: Literal["linear", "cosine", "constant"] = "linear"
    max_grad_norm: float = Field(1.0, gt=0)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    metric: str = "macro_f1"
    greater_is_better: bool = True
    patience: int | None = Field(None, ge=1)
    evals_per_epoch: int = Field(1, ge=1)
    seed: int = 0
    part: tuple[int, int] = (0, 1)
    layerwise_decay: float = Field(1.0, gt=0, le=1)
    head_rate: float = Field(1.0, gt=0, le=1000)
    compile: bool = False
    shard: bool = False


class FitResult(BaseModel):
    """What training gave.

    Attributes:
        folder: The model folder of the best checkpoint (in the node's scratch folder; copy it into an output).
        best: Dev figures of the best checkpoint.
        best_epoch: Where it was reached.
        epochs: Epochs trained.
        steps: Optimiser steps trained.
        seconds: Wall time of the loop.
        history: Every reported figure: ``{"name", "value", "step", "epoch"}``.
    """

    model_config = ConfigDict(frozen=True)

    folder: Path
    best: dict[str, float]
    best_epoch: float
    epochs: float
    steps: int
    seconds: float
    history: list[dict[str, float | str]] = []
