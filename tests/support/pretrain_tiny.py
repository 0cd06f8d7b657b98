"""Pre-trains a tiny encoder in worker processes of its own: ``pretrain_tiny.py ROOT '[{"name": "a", "workers": 2}, ...]'``.

The workers run the training loop of Ray Train's workers, under the variables that Ray Train sets for them, without Ray around it.
Prints results as JSON.
"""

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training.fit import _finished, _job
from inkstone.backend.runtime.training.job import Job
from inkstone.backend.runtime.training.loop import run_loop
from inkstone.components.nlp.fitting import FitSettings
from inkstone.components.nlp.guessing import IGNORED
from inkstone.components.nlp.masked_lm import MaskedLanguageModel, Shape
from inkstone.components.nlp.packing import Encoder, Pack, Packer, unflag
from inkstone.components.nlp.task import Batch
from inkstone.components.nlp.wordpiece import learn_wordpiece, save_wordpiece
from inkstone.components.spec import Resources

PLACES = (2, 5, 9)


class SamePlaces(MaskedLanguageModel):
    """Masks three fixed places of every sequence, so that one worker and two have the same to learn."""

    def collate(self, rows: Sequence[Mapping[str, Any]], rng: np.random.Generator | None = None) -> Batch:
        """Mask a batch without chance."""
        import torch

        tokens, _ = unflag(np.stack([row["tokens"] for row in rows]).astype(Encoder(self.tokenizer()).dtype))
        labels = np.full_like(tokens, IGNORED)
        labels[:, PLACES] = tokens[:, PLACES]
        tokens[:, PLACES] = self.vocabulary().mask
        return {"input_ids": torch.from_numpy(tokens), "labels": torch.from_numpy(labels)}


def prepare(root: Path) -> None:
    """Write tokenizer and pack."""
    sentences = [f"今天天气很好，我们去公园散步第{number}次，晚上一起吃饭看电影" for number in range(80)]
    save_wordpiece(learn_wordpiece(lambda: sentences, 60, characters=50, exact_size=False), root / "tokenizer")
    from transformers import AutoTokenizer

    packer = Packer(root / "pack", AutoTokenizer.from_pretrained(root / "tokenizer"), 32)
    packer.add(sentences)
    packer.close()


def train(root: Path, name: str, *, workers: int = 1, stop: bool = False, **settings: Any) -> dict[str, Any]:
    """Pre-train below ``root / name``."""
    shape = Shape(layers=2, hidden=32, heads=2, intermediate=64, positions=64)
    task = SamePlaces(encoder=str(root / "tokenizer"), shape=shape, length=32)
    defaults: dict[str, Any] = {"epochs": 2, "batch_size": 24, "learning_rate": 5e-3, "precision": "fp32"}
    chosen = FitSettings(**(defaults | {"metric": "loss", "greater_is_better": False} | settings))
    pack = Pack(root / "pack")
    reporter = Reporter(root / f"{name}-run", "train")
    (root / f"{name}-run").mkdir(parents=True, exist_ok=True)
    if stop:
        (root / f"{name}-run" / "stop").touch()
    job = _job(task, pack, pack, chosen, Resources(workers=workers, cpus=1), root / name, reporter, None)  # type: ignore[arg-type]
    (root / name).mkdir(exist_ok=True)
    _together(job)
    result = _finished(job.folder, job.signature)
    if result is None:
        (root / f"{name}-run" / "stop").unlink()
        return {"cancelled": True}
    return {"result": result.model_dump(mode="json")}


def _together(job: Job) -> None:
    """Run the loop in as many processes as the job has workers."""
    import torch.multiprocessing as processes

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    processes.start_processes(_worker, (job, port), nprocs=job.workers, start_method="spawn")


def _worker(rank: int, job: Job, port: int) -> None:
    import torch.distributed as dist

    facts = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": job.workers, "LOCAL_WORLD_SIZE": job.workers}
    os.environ |= {name: str(value) for name, value in (facts | {"MASTER_PORT": port}).items()}
    os.environ["MASTER_ADDR"] = "127.0.0.1"
    if job.workers == 1:
        for name in facts:
            del os.environ[name]
    else:
        dist.init_process_group("gloo")
    run_loop(job)
    # Workers of Ray Train are killed, too: they never shut their interpreter down. Threads of gloo and autograd that ask for the GIL
    # while it is being shut down abort the process, now and then.
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    """Train what the arguments say."""
    root = Path(sys.argv[1])
    print(json.dumps([train(root, **job) for job in json.loads(sys.argv[2])], ensure_ascii=False))


if __name__ == "__main__":
    main()
