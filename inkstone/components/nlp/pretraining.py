"""The loop of pre-training over a pack: counted in steps, resumed exactly.

Everything that chance decides in step ``n`` (which sequences, which masks, which units drop out) is derived from the
seed and ``n`` alone. So a checkpoint needs no generator states, and a resumed run gives the same losses as an uninterrupted one.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from inkstone.components.artifacts import file_digest, write_json
from inkstone.components.nlp.compiling import compile_bodies
from inkstone.components.nlp.masked_lm import MaskedLanguageModel
from inkstone.components.nlp.packing import Pack, tokenizer_digest
from inkstone.components.nlp.pretraining_errors import (
    OTHER_ARCHITECTURE,
    OTHER_CORPUS,
    OTHER_SETTINGS,
    OTHER_TOKENIZER,
    SMALL_CORPUS,
)

if TYPE_CHECKING:
    import torch

Report = Callable[[str, float, int], None]
"""Takes the name, value and step of a figure."""


class PretrainingSettings(BaseModel):
    """How to pre-train.

    The learning rate rises over ``warmup_steps``, stays, and falls over the last ``decay_steps`` as
    ``1 - sqrt(share of the decay that is over)`` (Hägele et al., "Scaling laws and compute-optimal training beyond fixed
    training durations", 2024). Training can therefore go on from any checkpoint before the fall, with another number of steps.

    Attributes:
        steps: Optimiser steps.
        batch_size: Sequences of one step.
        micro_batch_size: Sequences held at once; their gradients add up to a step.
        learning_rate: Peak rate of AdamW.
        weight_decay: Decoupled weight decay; biases and layer norms take none.
        warmup_steps: Steps in which the rate rises.
        decay_steps: Steps in which the rate falls, the last ones.
        max_grad_norm: Gradient clipping.
        precision: ``auto`` is bf16 where processor or GPU has it.
        compile: Compile the encoder by ``torch.compile``, where there is a compiler.
        report_every: Steps between two figures of the training loss.
        evaluate_every: Steps between two passes over the held-out packs.
        checkpoint_every: Steps between two checkpoints.
        seed: Of order, masks and dropout.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(10_000, ge=1)
    batch_size: int = Field(64, ge=1)
    micro_batch_size: int = Field(32, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.01, ge=0)
    warmup_steps: int = Field(200, ge=0)
    decay_steps: int = Field(2_000, ge=0)
    max_grad_norm: float = Field(1.0, gt=0)
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    compile: bool = False
    report_every: int = Field(50, ge=1)
    evaluate_every: int = Field(500, ge=1)
    checkpoint_every: int = Field(500, ge=1)
    seed: int = 0


MAY_CHANGE = {
    "steps",
    "decay_steps",
    "micro_batch_size",
    "report_every",
    "evaluate_every",
    "checkpoint_every",
    "compile",
}
"""Settings that a resumed run may have otherwise: they leave the steps before them as they were."""

FOLDERS = {"encoder", "warm_start"}
"""Fields of the task that say where things lie, which changes nothing that is learned."""

KEPT = 2
"""Checkpoints that stay on disk."""


def learning_rate(step: int, settings: PretrainingSettings) -> float:
    """Return the rate of a step, counted from 0."""
    rising = min(1.0, (step + 1) / max(1, settings.warmup_steps))
    over = max(0, step - (settings.steps - settings.decay_steps))
    falling = 1.0 - (over / settings.decay_steps) ** 0.5 if settings.decay_steps else 1.0
    return settings.learning_rate * rising * falling


def rows_of_step(step: int, rows: int, settings: PretrainingSettings) -> np.ndarray:
    """Return which sequences a step sees: every pass goes through all of them in a new order."""
    start = step * settings.batch_size
    places = np.arange(start, start + settings.batch_size)
    passes = places // rows
    result = np.empty(len(places), dtype=np.int64)
    for number in np.unique(passes):
        order = np.random.default_rng([settings.seed, 1, int(number)]).permutation(rows)
        result[passes == number] = order[places[passes == number] % rows]
    return result


class Pretraining:
    """Pre-trains an encoder; checkpoints lie in ``folder``.

    Args:
        task: What is learned.
        pack: The sequences to learn from.
        held_out: Packs to measure on, by name.
        settings: How to train.
        folder: Keeps the checkpoints. If it holds one, training goes on from there.
        report: Called with every figure.
        check: Called every step; raises ``Cancelled`` to stop. A stop keeps a checkpoint.

    Raises:
        InkstoneError: ``pretrain.small_corpus``, ``pretrain.other_tokenizer``, ``pretrain.other_corpus``, ``pretrain.other_settings``,
            ``pretrain.other_architecture``.
    """

    def __init__(
        self,
        task: MaskedLanguageModel,
        pack: Pack,
        held_out: dict[str, Pack],
        settings: PretrainingSettings,
        folder: Path,
        *,
        report: Report = lambda name, value, step: None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        import torch

        self.task, self.pack, self.settings, self.folder = task, pack, settings, folder
        self.held_out, self.report, self.check = held_out, report, check
        self._check_corpus()
        self.sequences = pack.open()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        newest = max(checkpoints(folder), default=None)
        # A checkpoint replaces all weights, so a warm start would be lost work.
        start = task if newest is None else task.model_copy(update={"warm_start": None})
        self.model: Any = start.build().to(self.device)
        if settings.compile:
            compile_bodies(self.model)
        self.optimizer = self._optimizer()
        self.step = 0
        if newest is not None:
            self._restore(folder / f"checkpoint-{newest:08d}")

    def _check_corpus(self) -> None:
        info = self.pack.info
        if info.tokenizer != tokenizer_digest(self.task.tokenizer()):
            raise OTHER_TOKENIZER()
        if info.rows < self.settings.batch_size:
            raise SMALL_CORPUS(rows=info.rows, length=info.length, needed=self.settings.batch_size)

    def _optimizer(self) -> "torch.optim.Optimizer":
        import torch

        named = list(self.model.named_parameters())
        groups = [
            {"params": [value for _, value in named if value.ndim > 1], "weight_decay": self.settings.weight_decay},
            {"params": [value for _, value in named if value.ndim <= 1], "weight_decay": 0.0},
        ]
        return torch.optim.AdamW(groups, lr=self.settings.learning_rate, betas=(0.9, 0.98), eps=1e-6, fused=True)

    def run(self) -> dict[str, float]:
        """Train to the last step and return the held-out figures."""
        settings, figures = self.settings, {}
        losses, started, first = [], time.monotonic(), self.step
        try:
            while self.step < settings.steps:
                self.check()
                losses.append(self._train_step())
                self.step += 1
                if self.step % settings.report_every == 0 or self.step == settings.steps:
                    seconds = time.monotonic() - started
                    tokens = (self.step - first) * settings.batch_size * self.pack.info.length
                    self.report("train/loss", float(np.mean(losses)), self.step)
                    self.report("train/learning_rate", learning_rate(self.step - 1, settings), self.step)
                    self.report("train/tokens_per_second", tokens / seconds, self.step)
                    losses, started, first = [], time.monotonic(), self.step
                if self.step % settings.evaluate_every == 0 or self.step == settings.steps:
                    figures = self.evaluate()
                    started, first = time.monotonic(), self.step
                if self.step % settings.checkpoint_every == 0 or self.step == settings.steps:
                    self.save_checkpoint()
        except BaseException:
            self.save_checkpoint()
            raise
        return figures

    def _autocast(self) -> "torch.autocast":
        import torch

        bf16 = self.settings.precision == "bf16" or (self.settings.precision == "auto" and self._has_bf16())
        return torch.autocast(self.device.type, torch.bfloat16, enabled=bf16)

    def _has_bf16(self) -> bool:
        import torch

        if self.device.type == "cuda":
            return bool(torch.cuda.is_bf16_supported())
        return bool(torch.cpu._is_avx512_bf16_supported())

    def _train_step(self) -> float:
        """Run one optimiser step and return its loss."""
        import torch

        settings = self.settings
        rate = learning_rate(self.step, settings)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.model.train()
        torch.manual_seed(settings.seed * 1_000_003 + self.step)
        rng = np.random.default_rng([settings.seed, 2, self.step])
        tokens, continues = self.sequences.take(self._rows())
        # The whole step is masked at once, so that the size of a micro batch changes nothing.
        batch = self.task.batch(tokens, continues, rng)
        total = int((batch["labels"] >= 0).sum())
        loss_sum = 0.0
        for part in _parts(batch, settings.micro_batch_size):
            share = int((part["labels"] >= 0).sum()) / total
            with self._autocast():
                loss = self.task.loss(self.model, {name: value.to(self.device) for name, value in part.items()})
            torch.autograd.backward(loss * share)
            loss_sum += loss.item() * share
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), settings.max_grad_norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return loss_sum

    def _rows(self) -> np.ndarray:
        return rows_of_step(self.step, len(self.sequences), self.settings)

    def evaluate(self, limit: int = 512) -> dict[str, float]:
        """Measure on the first sequences of each held-out pack, with the same masks every time, whatever the training masks."""
        import torch

        measure = self.task.measured()
        self.model.eval()
        figures: dict[str, float] = {}
        for name, pack in self.held_out.items():
            sequences = pack.open()
            tokens, continues = sequences.take(np.arange(min(limit, len(sequences))))
            batch = measure.batch(tokens, continues, np.random.default_rng(0))
            parts = []
            for part in _parts(batch, self.settings.micro_batch_size):
                with torch.no_grad(), self._autocast():
                    moved = {key: value.to(self.device) for key, value in part.items()}
                    parts.append(measure.predict(self.model, moved))
            joined = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
            for key, value in measure.metrics(joined).items():
                figures[f"{name}/{key}"] = value
                self.report(f"{name}/{key}", value, self.step)
        return figures

    def _identity(self) -> dict[str, Any]:
        task = {name: value for name, value in self.task.to_dict().items() if name not in FOLDERS}
        if self.task.distil is not None:
            task["distil"]["teacher"] = _weights_digest(Path(self.task.distil.teacher))
        return {
            "pack": self.pack.info.digest,
            "task": task,
            "settings": self.settings.model_dump(exclude=MAY_CHANGE),
        }

    def save_checkpoint(self) -> Path:
        """Write model, optimiser and position; older checkpoints but the last are removed."""
        from inkstone.components.nlp.model_io import save_weights

        target = self.folder / f"checkpoint-{self.step:08d}"
        working = self.folder / ".writing"
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        names = {id(value): name for name, value in self.model.named_parameters()}
        tensors = {name: value.detach() for name, value in self.model.named_parameters()}
        for value, state in self.optimizer.state.items():
            for key in ("exp_avg", "exp_avg_sq"):
                tensors[f"{key}:{names[id(value)]}"] = state[key]
        save_weights(working / "state.safetensors", tensors)
        write_json(working / "state.json", {"step": self.step, **self._identity()})
        shutil.rmtree(target, ignore_errors=True)
        working.rename(target)
        for old in sorted(checkpoints(self.folder))[:-KEPT]:
            shutil.rmtree(self.folder / f"checkpoint-{old:08d}")
        return target

    def _restore(self, checkpoint: Path) -> None:
        import json

        import torch

        from inkstone.components.nlp.model_io import load_weights

        state = json.loads((checkpoint / "state.json").read_text("utf-8"))
        mine = self._identity()
        if state["pack"] != mine["pack"]:
            raise OTHER_CORPUS()
        differing = [
            *_differing(mine["settings"], state["settings"], type(self.settings)),
            *_differing(mine["task"], state["task"], type(self.task)),
        ]
        if differing:
            raise OTHER_SETTINGS(names=", ".join(differing))
        tensors = load_weights(checkpoint / "state.safetensors")
        for name, value in self.model.named_parameters():
            if name not in tensors or tensors[name].shape != value.shape:
                raise OTHER_ARCHITECTURE(architecture=self.model.config.model_type, reason=name)
            value.data.copy_(tensors[name])
            if f"exp_avg:{name}" in tensors:
                self.optimizer.state[value] = {
                    "step": torch.tensor(
                        float(state["step"]), device=self.device if self.device.type == "cuda" else None
                    ),
                    "exp_avg": tensors[f"exp_avg:{name}"].to(self.device),
                    "exp_avg_sq": tensors[f"exp_avg_sq:{name}"].to(self.device),
                }
        self.step = state["step"]


def _differing(mine: dict[str, Any], kept: dict[str, Any], kind: type[BaseModel]) -> list[str]:
    """Name the fields in which two identities differ; one that an older checkpoint lacks has its default there."""
    defaults = {name: field.get_default(call_default_factory=True) for name, field in kind.model_fields.items()}
    return [name for name, value in mine.items() if value != kept.get(name, defaults.get(name))]


def _weights_digest(folder: Path) -> str:
    """Return one digest over the weights of an encoder folder."""
    return "-".join(file_digest(path) for path in sorted(folder.glob("*.safetensors")))


def checkpoints(folder: Path) -> Iterator[int]:
    """Yield the steps of the checkpoints in a folder."""
    for path in folder.glob("checkpoint-*"):
        if (path / "state.json").is_file():
            yield int(path.name.rsplit("-", 1)[1])


def _parts(batch: "dict[str, torch.Tensor]", size: int) -> "Iterator[dict[str, torch.Tensor]]":
    for start in range(0, len(batch["labels"]), size):
        yield {name: value[start : start + size] for name, value in batch.items()}
