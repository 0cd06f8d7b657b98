"""The training loop of one worker."""

import logging
import math
import os
import shutil
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inkstone.backend.runtime.training import checkpoints, sharding
from inkstone.backend.runtime.training.batches import PieceSampler
from inkstone.backend.runtime.training.callbacks import Conductor, Course
from inkstone.backend.runtime.training.hardware import choose_attention
from inkstone.backend.runtime.training.job import Job
from inkstone.components.nlp import model_io
from inkstone.components.nlp.compiling import NO_COMPILER, compile_bodies
from inkstone.components.nlp.errors import NO_ROWS, OUT_OF_MEMORY
from inkstone.components.nlp.fitting import FitResult
from inkstone.components.texts import text

if TYPE_CHECKING:
    from transformers import TrainingArguments

    from inkstone.backend.runtime.training.trainer import TaskTrainer
    from inkstone.components.nlp.task import Task


def run_loop(job: Job) -> None:
    """Train in this process, as one of ``job.workers``; the first worker writes model and result.

    When memory runs out on a single worker, the rows held at once are halved and the training goes on from its last
    checkpoint.
    """
    import torch
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("accelerate").setLevel(logging.ERROR)
    threads = torch.get_num_threads()
    torch.set_num_threads(job.threads)
    micro = job.settings.micro_batch_size or math.ceil(job.settings.batch_size / job.workers)
    resume = job.resume
    try:
        while True:
            try:
                return _train(job, micro, resume)
            except (torch.OutOfMemoryError, MemoryError) as error:
                if micro == 1 or job.workers > 1:
                    raise OUT_OF_MEMORY(rows=micro, at="micro_batch_size") from error
            micro = math.ceil(micro / 2)
            torch.cuda.empty_cache()
            job.reporter.log(
                text(f"内存不足，改为每次 {micro} 行", f"Out of memory; now {micro} rows at once"), "warning"
            )
            resume = checkpoints.resumable(job.folder, job.signature)
    finally:
        torch.set_num_threads(threads)


def _train(job: Job, micro: int, resume: Path | None) -> None:
    from transformers import set_seed

    rank = int(os.environ.get("RANK", "0")) if job.workers > 1 else 0
    began = time.monotonic()
    task = job.task()
    table, dev_table = job.tables()
    rows = task.prepare(table)
    dev = task.prepare(dev_table) if dev_table is not None else None
    if len(rows) == 0:
        raise NO_ROWS(at="label")
    dev = dev if dev is not None and len(dev) else None
    set_seed(job.settings.seed)
    model = task.build()
    choose_attention(model, job.gpu)
    if job.settings.compile and not compile_bodies(model) and rank == 0:
        job.reporter.log(NO_COMPILER, "warning")
    course = Course(job.reporter if rank == 0 else None, part=job.settings.part)
    sampler = _sampler(job, np.asarray(rows.with_format("numpy")["length"][:]), micro, rank)
    conductor = Conductor(course, sampler, job.settings.evals_per_epoch, dev is not None)
    from inkstone.backend.runtime.training.trainer import TaskTrainer

    arguments = _arguments(job, sampler)
    if job.sharded:
        sharding.shard(model, arguments.device)
    trainer = TaskTrainer(
        job, task, model, rows, dev, course=course, sampler=sampler, callback=conductor, args=arguments
    )
    _restore(job, trainer, course, resume)
    if rank == 0:
        _announce(job, trainer, len(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer.train(resume_from_checkpoint=str(resume) if resume is not None else None)
    if not course.cancelled and rank == 0:
        _finish(job, task, trainer, course, time.monotonic() - began)


def _announce(job: Job, trainer: "TaskTrainer", rows: int) -> None:
    weights = sum(parameter.numel() for parameter in trainer.network.parameters()) / 1e6
    device = "GPU" if job.gpu else "CPU"
    job.reporter.log(
        text(
            f"开始训练：{rows} 行，{weights:.1f} 百万参数，{device}，{job.precision}，{job.workers} 个进程 × {job.threads} 线程",
            f"Training on {rows} rows: {weights:.1f} million weights, {device}, {job.precision}, "
            f"{job.workers} workers of {job.threads} threads",
        )
    )


def _sampler(job: Job, lengths: "np.ndarray", micro: int, rank: int) -> PieceSampler:
    batch = job.settings.batch_size
    return PieceSampler(lengths, batch, job.workers, rank, math.ceil(batch / (micro * job.workers)), job.settings.seed)


def _arguments(job: Job, sampler: PieceSampler) -> "TrainingArguments":
    from transformers import TrainingArguments

    settings = job.settings
    steps = math.ceil(settings.epochs * sampler.updates)
    return TrainingArguments(
        output_dir=str(job.folder / checkpoints.FOLDER),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=math.ceil(settings.batch_size / (sampler.steps * job.workers)),
        gradient_accumulation_steps=sampler.steps,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        warmup_steps=math.ceil(settings.warmup_ratio * steps),
        lr_scheduler_type=settings.schedule,
        max_grad_norm=settings.max_grad_norm,
        bf16=job.precision == "bf16",
        fp16=job.precision == "fp16",
        use_cpu=not job.gpu,
        optim="adamw_torch" if job.sharded else "adamw_torch_fused",
        seed=settings.seed,
        logging_strategy="no",
        eval_strategy="no",
        save_strategy="no",
        save_total_limit=2,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
        report_to="none",
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        ddp_find_unused_parameters=False,
        metric_for_best_model=settings.metric,
        greater_is_better=settings.greater_is_better,
        log_level="error",
    )


def _restore(job: Job, trainer: "TaskTrainer", course: Course, resume: Path | None) -> None:
    """Take up the reported course of a resumed training, or the weights and the best figure of a continued one."""
    if resume is not None:
        kept = checkpoints.read_manifest(resume)
        course.history, course.best, course.best_epoch = list(kept.history), dict(kept.best), kept.best_epoch
        if job.start is not None:
            earlier = checkpoints.read_manifest(job.start)
            course.step_offset, course.epoch_offset = earlier.step, earlier.epoch
        course.passes_since_best = _passes_since_best(course, job.settings.metric)
    elif job.start is not None:
        earlier = checkpoints.read_manifest(job.start)
        trainer._load_from_checkpoint(str(job.start))
        course.step_offset, course.epoch_offset = earlier.step, earlier.epoch
        course.history, course.best, course.best_epoch = list(earlier.history), dict(earlier.best), earlier.best_epoch
        if earlier.best:
            trainer.adopt_best(checkpoints.best_of(job.start))


def _passes_since_best(course: Course, metric: str) -> int:
    passes = [item for item in course.history if item["name"] == f"dev/{metric}"]
    return sum(1 for item in passes if float(item["epoch"]) > course.best_epoch)


def _finish(job: Job, task: "Task", trainer: "TaskTrainer", course: Course, seconds: float) -> None:
    state = trainer.state
    epochs = (state.epoch or 0.0) + course.epoch_offset
    network = task.build() if job.sharded else trainer.network
    last = job.folder / checkpoints.FOLDER / f"checkpoint-{state.global_step}"
    if state.best_model_checkpoint is not None or job.sharded:
        weights = model_io.load_weights(Path(state.best_model_checkpoint or last) / model_io.WEIGHTS)
        network.load_state_dict(weights)
    target = job.folder / "model"
    shutil.rmtree(target, ignore_errors=True)
    task.save(network, target)
    result = FitResult(
        folder=target,
        best=course.best,
        best_epoch=course.best_epoch if course.best else epochs,
        epochs=epochs,
        steps=state.global_step + course.step_offset,
        seconds=seconds,
        history=course.history,
    )
    (job.folder / "result.signature").write_text(job.signature, "utf-8")
    temporary = job.folder / "result.part"
    temporary.write_text(result.model_dump_json(), "utf-8")
    temporary.replace(job.folder / "result.json")
