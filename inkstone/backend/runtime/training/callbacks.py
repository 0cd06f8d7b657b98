"""What happens between steps: live figures, progress, dev passes, checkpoints, a stop."""

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from inkstone.backend.runtime.reporter import Reporter
from inkstone.components.nlp.errors import DIVERGED
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.backend.runtime.training.batches import PieceSampler

_SECONDS_BETWEEN_PROGRESS = 1.0


@dataclass
class Course:
    """What a training has reported so far; a checkpoint keeps it.

    Attributes:
        reporter: Where figures go; None in all workers but the first.
        step_offset: Steps of earlier trainings that this one continues.
        epoch_offset: Epochs of them.
        best: Dev figures of the best checkpoint.
        best_epoch: Where it was.
        history: Every figure.
        passes_since_best: Dev passes without improvement.
        part: Which of the node's trainings this is, and of how many.
    """

    reporter: Reporter | None
    step_offset: int = 0
    epoch_offset: float = 0.0
    best: dict[str, float] = field(default_factory=dict)
    best_epoch: float = 0.0
    history: list[dict[str, float | str]] = field(default_factory=list)
    passes_since_best: int = 0
    part: tuple[int, int] = (0, 1)
    cancelled: bool = False

    def report(self, name: str, value: float, state: TrainerState) -> None:
        """Add a figure to the history and send it."""
        step, epoch = state.global_step + self.step_offset, round((state.epoch or 0.0) + self.epoch_offset, 6)
        self.history.append({"name": name, "value": value, "step": step, "epoch": epoch})
        if self.reporter is not None:
            self.reporter.metric(name, value, step, epoch)


class Conductor(TrainerCallback):
    """Decides at every step what follows it, the same in all workers."""

    def __init__(self, course: Course, sampler: "PieceSampler", evals_per_epoch: int, has_dev: bool) -> None:
        self.course = course
        self.sampler = sampler
        self.has_dev = has_dev
        self.updates = sampler.updates
        self.eval_every = max(1, math.ceil(self.updates / evals_per_epoch))
        self._last_progress = 0.0
        self._started = (0, time.monotonic())

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Note where this attempt begins, for the remaining time."""
        self._started = (state.global_step, time.monotonic())

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Give the sampler its epoch."""
        self.sampler.epoch = state.global_step // self.updates

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> TrainerControl:
        """Decide on logging, dev pass and checkpoint."""
        last = state.global_step >= state.max_steps
        in_epoch = state.global_step % self.updates or self.updates
        log_every = min(max(1, state.max_steps // 100), 50)
        due = in_epoch % self.eval_every == 0 or in_epoch == self.updates or last
        control.should_log = due or state.global_step % log_every == 0
        control.should_evaluate = due and self.has_dev
        control.should_save = due
        control.should_training_stop = last
        self._progress(state)
        if _any_worker(self.course.reporter, args):
            self.course.cancelled = True
            control.should_evaluate = False
            control.should_save = control.should_training_stop = True
        return control

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, float] | None = None,
        **kwargs: Any,
    ) -> None:
        """Send loss and learning rate."""
        for name in ("loss", "learning_rate"):
            if logs is not None and name in logs:
                self.course.report(f"train/{name}", float(logs[name]), state)
        if logs is not None and not math.isfinite(logs.get("loss", 0.0)):
            raise DIVERGED(at="learning_rate")

    def _progress(self, state: TrainerState) -> None:
        now = time.monotonic()
        last = state.global_step >= state.max_steps
        if self.course.reporter is None or (now - self._last_progress < _SECONDS_BETWEEN_PROGRESS and not last):
            return
        self._last_progress = now
        first, began = self._started
        pace = (now - began) / max(1, state.global_step - first)
        epoch = (state.epoch or 0.0) + self.course.epoch_offset
        words = text(f"第 {epoch:.1f} 轮", f"epoch {epoch:.1f}")
        before, parts = self.course.part
        left = pace * (state.max_steps * (parts - before) - state.global_step)
        done = before * state.max_steps + state.global_step
        self.course.reporter.progress(done, parts * state.max_steps, left, words)


def _any_worker(reporter: Reporter | None, args: TrainingArguments) -> bool:
    """Return whether the first worker saw the wish to stop; all workers get the same answer at the same step."""
    wish = reporter is not None and reporter.cancelled()
    if args.world_size == 1:
        return wish
    import torch
    import torch.distributed as dist

    flag = torch.tensor(int(wish), device=args.device)
    dist.all_reduce(flag, op=dist.ReduceOp.MAX)
    return bool(flag.item())
