"""Trains a task: decides where the loop runs and brings its result back."""

import importlib.util
import logging
import os
import shutil
from pathlib import Path

from inkstone.backend.runtime.executors.sessions import ray_variables
from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import checkpoints
from inkstone.backend.runtime.training.hardware import choose_precision, choose_threads, use_gpus
from inkstone.backend.runtime.training.job import Job
from inkstone.components.artifacts import Table
from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.nlp.fitting import FitResult, FitSettings
from inkstone.components.nlp.task import Task
from inkstone.components.spec import Resources
from inkstone.components.texts import text

RESULT = "result.json"
ERROR = "error.json"
_OBJECT_STORE = 128 * 1024 * 1024  # workers read the tables from files; nothing large travels through Ray


def fit(
    task: Task,
    train: Table,
    dev: Table | None,
    settings: FitSettings,
    *,
    resources: Resources,
    folder: Path,
    reporter: Reporter,
    distributed: bool,
    continue_from: Path | None = None,
) -> FitResult:
    """Train ``task`` and return its best checkpoint as a model folder.

    A folder that holds checkpoints of the same task, settings and data is resumed; one that holds the finished result
    gives it at once.

    Args:
        task: What to learn.
        train: Training rows.
        dev: Dev rows; without them the last checkpoint is the best.
        settings: How to train.
        resources: Workers, processors and GPUs.
        folder: Kept between attempts: checkpoints, model, result.
        reporter: Where events go; also tells of a stop.
        distributed: Start Ray Train workers even for one worker.
        continue_from: The ``folder`` of an earlier, finished training: its last weights are the start, its best figure is
            the one to beat, and ``settings.epochs`` counts the epochs to add. The optimiser starts afresh.

    Raises:
        Cancelled: The user asked for a stop; the checkpoints stay.
        InkstoneError: ``train.out_of_memory``, ``train.diverged``, ``train.foreign_checkpoint``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    job = _job(task, train, dev, settings, resources, folder, reporter, continue_from)
    done = _finished(folder, job.signature)
    if done is not None:
        return done
    if job.resume is not None:
        reporter.log(text(f"从检查点 {job.resume.name} 继续", f"Resuming from {job.resume.name}"))
    for name in (RESULT, ERROR):
        (folder / name).unlink(missing_ok=True)
    _run(job, resources, distributed or resources.workers > 1)
    reporter.check_cancelled()
    result = _finished(folder, job.signature)
    if result is None:
        raise Cancelled
    return result


def _job(  # noqa: PLR0917 - the arguments of fit, in its order
    task: Task,
    train: Table,
    dev: Table | None,
    settings: FitSettings,
    resources: Resources,
    folder: Path,
    reporter: Reporter,
    continue_from: Path | None,
) -> Job:
    gpu = use_gpus(resources)
    start = checkpoints.latest(continue_from) if continue_from is not None else None
    wanted = checkpoints.signature(task, settings, train, dev)
    if start is not None:
        wanted += f"+{checkpoints.read_manifest(start).signature}"
    return Job(
        task_class=type(task),
        task_data=task.to_dict(),
        train=train.path,
        dev=dev.path if dev is not None else None,
        settings=settings,
        folder=folder,
        reporter=reporter,
        workers=resources.workers,
        threads=choose_threads(resources),
        gpu=gpu,
        precision=choose_precision(settings.precision, gpu),
        signature=wanted,
        resume=checkpoints.resumable(folder, wanted),
        start=start,
    )


def _finished(folder: Path, wanted: str) -> FitResult | None:
    path = folder / RESULT
    if not path.is_file() or (folder / "result.signature").read_text("utf-8") != wanted:
        return None
    result = FitResult.model_validate_json(path.read_text("utf-8"))
    return result if result.folder.is_dir() else None


def _run(job: Job, resources: Resources, distributed: bool) -> None:
    from inkstone.backend.runtime.training.loop import run_loop

    if distributed:
        _run_workers(job, resources)
    elif importlib.util.find_spec("ray") is None:
        run_loop(job)
    else:
        _quiet()
        from ray.train import ScalingConfig
        from ray.train.torch import TorchTrainer

        TorchTrainer(lambda: run_loop(job), scaling_config=ScalingConfig(num_workers=0)).fit()


def _run_workers(job: Job, resources: Resources) -> None:
    """Run the loop in Ray Train workers; an error that a worker wrote down is raised as it was."""
    _quiet()
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    if not ray.is_initialized():
        ray.init(
            address="local",
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
            object_store_memory=_OBJECT_STORE,
        )
    storage = job.folder / "ray"
    needs = {"CPU": resources.cpus or job.threads} | ({"GPU": resources.gpus} if job.gpu else {})
    trainer = TorchTrainer(
        _worker,
        train_loop_config={"job": job},
        scaling_config=ScalingConfig(num_workers=job.workers, use_gpu=job.gpu, resources_per_worker=needs),
        run_config=RunConfig(name="train", storage_path=str(storage), failure_config=FailureConfig(max_failures=0)),
        torch_config=TorchConfig(backend="nccl" if job.gpu else "gloo"),
    )
    try:
        trainer.fit()
    except ray.train.TrainingFailedError as error:
        raise _reported(job.folder) or error from None
    finally:
        shutil.rmtree(storage, ignore_errors=True)


def _worker(config: dict[str, Job]) -> None:
    """Body of a Ray Train worker."""
    from inkstone.backend.runtime.training.loop import run_loop

    job = config["job"]
    try:
        run_loop(job)
    except InkstoneError as error:
        import json

        (job.folder / ERROR).write_text(json.dumps(error.as_dict(), ensure_ascii=False), "utf-8")
        raise


def _reported(folder: Path) -> InkstoneError | None:
    import json

    if not (folder / ERROR).is_file():
        return None
    return InkstoneError.from_dict(json.loads((folder / ERROR).read_text("utf-8")))


def _quiet() -> None:
    """Prepare the environment of a Ray that is started here, and silence lines that alarm in a normal run."""
    for name, value in ray_variables().items():
        os.environ.setdefault(name, value)
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for name in ("ray.train", "ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.ERROR)
