"""Hugging Face's Trainer around a Task: our batches, our loss scale, our dev pass, our checkpoints."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.distributed as dist
from transformers import PrinterCallback, Trainer, TrainingArguments
from transformers.trainer_callback import DefaultFlowCallback

from inkstone.backend.runtime.training import checkpoints, sharding
from inkstone.backend.runtime.training.batches import PieceSampler, dev_batches, make_loader, rows_at
from inkstone.backend.runtime.training.callbacks import Conductor, Course
from inkstone.backend.runtime.training.job import Job
from inkstone.components.nlp import model_io
from inkstone.components.nlp.errors import UNKNOWN_METRIC
from inkstone.components.texts import text

if TYPE_CHECKING:
    from datasets import Dataset

    from inkstone.components.nlp.task import Task

_CHECKS_BETWEEN_BATCHES = 8


class TaskTrainer(Trainer):
    """Trains a task. The loss of a step is the mean over its rows, however many workers and pieces share them."""

    def __init__(
        self,
        job: Job,
        task: "Task",
        model: torch.nn.Module,
        rows: "Dataset",
        dev: "Dataset | None",
        *,
        course: Course,
        sampler: PieceSampler,
        callback: Conductor,
        args: TrainingArguments,
    ) -> None:
        self.sharded = job.sharded
        super().__init__(model=model, args=args, callbacks=[callback])
        for printer in (PrinterCallback, DefaultFlowCallback):
            self.remove_callback(printer)
        self.job = job
        self.task = task
        self.network = model
        self.folder = job.folder / checkpoints.FOLDER
        self.rows = rows
        self.dev = dev
        self.course = course
        self.sampler = sampler
        self.model_accepts_loss_kwargs = True  # the loss below is scaled already: no division by accumulation steps
        self._first_best: tuple[Path, float] | None = None

    @property
    def is_distributed_loading_by_transformers(self) -> bool:
        """Trainer's word for a model that owns its placement: it is then not wrapped for data parallelism once more."""
        return self.sharded

    @is_distributed_loading_by_transformers.setter
    def is_distributed_loading_by_transformers(self, value: bool) -> None:
        """Trainer asks the model, which does not know."""

    # ---- batches and loss

    def get_train_dataloader(self) -> Any:
        """Return the pieces of this worker; accelerate must not cut them again."""
        return make_loader(self.task, self.rows, self.sampler)

    def get_batch_samples(
        self, epoch_iterator: Iterator[Any], num_batches: int, device: torch.device
    ) -> tuple[list[Any], int]:
        """Return the pieces of one optimiser step and its number of rows over all workers."""
        pieces = [piece for _, piece in zip(range(num_batches), epoch_iterator, strict=False)]
        return pieces, pieces[0]["step_rows"] if pieces else 0

    def compute_loss(  # type: ignore[override]
        self, model: torch.nn.Module, inputs: dict[str, Any], return_outputs: bool = False, **kwargs: Any
    ) -> torch.Tensor:
        """Return this piece's share of the step's loss.

        With N rows in the step, n in this piece and W workers whose gradients are averaged:
        ``loss = mean over the piece * n / N * W``; summed over pieces and averaged over workers that is the mean over N.
        """
        share = inputs["piece_rows"] / inputs["step_rows"] * self.args.world_size
        batch = {name: value for name, value in inputs.items() if isinstance(value, torch.Tensor)}
        loss: torch.Tensor = self.task.loss(model, batch) * share
        return loss

    def create_optimizer(self, model: torch.nn.Module | None = None) -> torch.optim.Optimizer:
        """Make AdamW; a head that starts at random may take a higher rate, lower layers a smaller one."""
        settings = self.job.settings
        if self.optimizer is None and (settings.layerwise_decay != 1.0 or settings.head_rate != 1.0):
            from inkstone.backend.runtime.training.layers import layerwise_groups

            groups = layerwise_groups(
                self.network, self.job.settings, set(self.get_decay_parameter_names(self.network))
            )
            kind, options = self.get_optimizer_cls_and_kwargs(self.args)
            self.optimizer = kind(groups, **options)
        return super().create_optimizer(model) if self.optimizer is None else self.optimizer

    # ---- dev pass

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        """Score the dev rows, a share in each worker, and report the figures."""
        assert self.dev is not None
        figures = self.task.metrics(self._dev_predictions(self.dev), self.dev)
        for name, value in figures.items():
            self.course.report(f"dev/{name}", value, self.state)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, figures)
        return figures

    def _dev_predictions(self, dev: "Dataset") -> dict[str, np.ndarray]:
        self.network.eval()
        lengths = np.asarray(dev.with_format("numpy")["length"][:])
        size = max(64, 2 * self.args.per_device_train_batch_size)
        parts: list[tuple[np.ndarray, dict[str, np.ndarray]]] = []
        # The workers gather sharded weights together, so each of them must see as many batches as the others.
        share = (1, 0) if self.sharded else (self.args.world_size, self.args.process_index)
        for number, indices in enumerate(dev_batches(lengths, size, *share)):
            if number % _CHECKS_BETWEEN_BATCHES == 0 and self.job.workers == 1:
                self.job.reporter.check_cancelled()
            batch = self._prepare_inputs(dict(self.task.collate(rows_at(dev, indices.tolist()))))
            parts.append((indices, self.task.predict(self.network, batch)))
        return _in_order(self._from_all_workers(parts), len(dev))

    def _from_all_workers(self, parts: list[Any]) -> list[Any]:
        if self.args.world_size == 1 or self.sharded:
            return parts
        gathered: list[list[Any] | None] = [None] * self.args.world_size
        dist.all_gather_object(gathered, parts)
        return [part for share in gathered if share is not None for part in share]

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Keep the best figure, and stop early when it has not moved for long enough."""
        settings, course = self.job.settings, self.course
        if settings.metric not in metrics:
            raise UNKNOWN_METRIC(metric=settings.metric, known=", ".join(sorted(metrics)), at="metric")
        value, best = metrics[settings.metric], self.state.best_metric
        better = best is None or (value > best if settings.greater_is_better else value < best)
        if better:
            self.state.best_metric, self.state.best_global_step = value, self.state.global_step
            course.best, course.best_epoch = dict(metrics), (self.state.epoch or 0.0) + course.epoch_offset
            course.passes_since_best = 0
        else:
            course.passes_since_best += 1
        if settings.patience is not None and course.passes_since_best >= settings.patience:
            self.control.should_training_stop = True
            if course.reporter is not None:
                course.reporter.log(
                    text(
                        f"提前停止：{settings.metric} 已有 {course.passes_since_best} 次没有提高",
                        f"Stopping early: {settings.metric} has not improved for {course.passes_since_best} dev passes",
                    )
                )
        return better

    # ---- checkpoints

    def adopt_best(self, checkpoint: Path) -> None:
        """Start with the best checkpoint of an earlier training as the one to beat."""
        kept = self.folder / "checkpoint-0"
        if self.args.should_save:
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir(parents=True)
            shutil.copyfile(checkpoint / model_io.WEIGHTS, kept / model_io.WEIGHTS)
        self._first_best = (kept, self.course.best[self.job.settings.metric])

    def _init_training_state(self, *args: Any, **kwargs: Any) -> Any:
        started = super()._init_training_state(*args, **kwargs)
        if self._first_best is not None:
            self.state.best_model_checkpoint, self.state.best_metric = str(self._first_best[0]), self._first_best[1]
        return started

    def _save_checkpoint(self, model: torch.nn.Module, trial: Any) -> None:
        """Save a checkpoint, then its manifest once every worker has written its part."""
        folder = self.folder
        if self.state.best_global_step:
            self.state.best_model_checkpoint = str(folder / f"checkpoint-{self.state.best_global_step}")
        super()._save_checkpoint(model, trial)
        if self.args.world_size > 1:
            dist.barrier()
        if self.args.should_save:
            course = self.course
            manifest = checkpoints.Manifest(
                signature=self.job.signature,
                step=self.state.global_step + course.step_offset,
                epoch=(self.state.epoch or 0.0) + course.epoch_offset,
                best=course.best,
                best_epoch=course.best_epoch,
                history=course.history,
            )
            checkpoints.write_manifest(folder / f"checkpoint-{self.state.global_step}", manifest)

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        if not self.sharded:
            super()._save_optimizer_and_scheduler(output_dir)
            return
        folder, first = Path(output_dir), bool(self.args.should_save)
        sharding.save_optimizer(self.network, self.optimizer, self.lr_scheduler, folder, first)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if not self.sharded or checkpoint is None:
            super()._load_optimizer_and_scheduler(checkpoint)
            return
        sharding.load_optimizer(self.network, self.optimizer, self.lr_scheduler, Path(checkpoint))

    def _save(self, output_dir: str | None = None, state_dict: Any = None) -> None:
        if self.sharded:
            state_dict = sharding.whole_weights(self.network)
        if self.args.should_save:
            weights = state_dict if state_dict is not None else self.network.state_dict()
            model_io.save_weights(Path(output_dir or self.folder) / model_io.WEIGHTS, weights)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: torch.nn.Module | None = None) -> None:
        """Load weights of a checkpoint whose digests were compared before the training began."""
        weights = model_io.load_weights(Path(resume_from_checkpoint) / model_io.WEIGHTS)
        if self.sharded:
            sharding.load_weights(self.network, weights)
        else:
            (model or self.network).load_state_dict(weights)


def _in_order(parts: list[tuple[np.ndarray, dict[str, np.ndarray]]], rows: int) -> dict[str, np.ndarray]:
    """Put the predictions of all parts back into the order of the rows."""
    order = np.concatenate([indices for indices, _ in parts])
    assert len(order) == rows
    back = np.empty(rows, dtype=np.int64)
    back[order] = np.arange(rows)
    return {name: np.concatenate([arrays[name] for _, arrays in parts])[back] for name in parts[0][1]}
