"""What a run was done with: versions of programs and data, the machine, the seed; and what its processes used over time."""

import json
import os
import platform
import sys
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

import inkstone
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.parameters import names_of_kind
from inkstone.backend.store.database import session
from inkstone.backend.store.lookup import dataset_version, model_version
from inkstone.components.artifacts import write_json
from inkstone.components.errors import InkstoneError
from inkstone.components.registry import find

ENVIRONMENT, RESOURCES = "environment.json", "resources.jsonl"
PACKAGES = (
    "torch", "transformers", "tokenizers", "datasets", "safetensors", "accelerate", "scikit-learn", "numpy", "scipy",
    "pyarrow", "ray", "onnxruntime", "jieba",
)  # fmt: skip
_EVERY = 2.0
_SLOWER_AFTER = 900  # samples: then the distance doubles, so that a week takes no more room than a day


def write_environment(folder: Path, document: Pipeline, seed: int, executor: str) -> None:
    """Write ``environment.json`` of an attempt at a run."""
    facts = {
        "inkstone": inkstone.__version__,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "packages": dict(_packages()),
        "cpus": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "threads": os.environ.get("OMP_NUM_THREADS", ""),
        "gpus": os.environ.get("CUDA_VISIBLE_DEVICES", ""),
        "seed": seed,
        "executor": executor,
        "data": _references(document),
    }
    write_json(folder / ENVIRONMENT, facts)


def _packages() -> list[tuple[str, str]]:
    found = []
    for name in PACKAGES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue  # not every installation has all of them
    return found


def _references(document: Pipeline) -> list[dict[str, str]]:
    """Return which version each reference to data or a model means just now."""
    found = []
    for node_id, node in document.nodes.items():
        if not node.enabled:
            continue
        try:
            spec = find(node.component).spec
            for name in names_of_kind(spec, "dataset", "model"):
                value = node.params.get(name)
                if isinstance(value, str) and value and not value.startswith("sample:"):
                    found.append({"target": f"{node_id}.{name}", "given": value} | _meaning(value))
        except InkstoneError:
            continue  # the run itself says what is wrong with it
    return found


def _meaning(reference: str) -> dict[str, str]:
    with session() as opened:
        if reference.startswith("dataset:"):
            version = dataset_version(opened, reference)
            return {"means": f"dataset:{version.dataset.name}@{version.number}", "sha256": version.sha256}
        model = model_version(opened, reference)
        return {"means": f"{model.model.name}@{model.number}", "sha256": model.sha256}


class Sampling:
    """Notes processor time and memory of this process and everything it started, every few seconds, in a thread."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / RESOURCES
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="inkstone-sampling", daemon=True)
        self._cpu: dict[int, float] = {}

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, with a last sample."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._write_samples()
        except OSError:
            return  # a full disk: the run says so itself

    def _write_samples(self) -> None:
        distance, count, last = _EVERY, 0, time.time()
        with self._file.open("a", encoding="utf-8") as file:
            self._sample(1.0)  # the first sets the marks from which shares are counted
            while True:
                ended = self._ended.wait(distance)
                moment = time.time()
                sample = {"time": round(moment, 2), **self._sample(max(0.01, moment - last))}
                file.write(json.dumps(sample) + "\n")
                file.flush()
                last, count = moment, count + 1
                if ended:
                    return
                if count % _SLOWER_AFTER == 0:
                    distance *= 2

    def _sample(self, seconds: float) -> dict[str, Any]:
        used, memory, now = 0.0, 0, {}
        try:
            members = [psutil.Process(), *psutil.Process().children(recursive=True)]
        except psutil.Error:
            members = []
        for process in members:
            try:
                times = process.cpu_times()
                now[process.pid] = times.user + times.system
                used += now[process.pid] - self._cpu.get(process.pid, now[process.pid] if self._cpu == {} else 0.0)
                memory += process.memory_info().rss
            except psutil.Error:
                continue  # it ended meanwhile
        self._cpu = now
        return {"cpus": round(max(0.0, used) / seconds, 3), "memory_bytes": memory, "processes": len(now)}
