"""Checkpoints of training: each has a manifest with the SHA-256 of its files, and only such a one is resumed from.

Optimiser state is deserialised by torch, so a folder without a matching manifest is never opened. The manifest is
written last: a checkpoint that a killed process left half-written has none and counts as absent.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from inkstone.components.artifacts import Table, content_hash, file_digest
from inkstone.components.nlp.errors import FOREIGN_CHECKPOINT
from inkstone.components.nlp.fitting import FitSettings
from inkstone.components.nlp.task import Task

MANIFEST = "manifest.json"
FOLDER = "checkpoints"
_PREFIX = "checkpoint-"
# How the work is spread and shown changes nothing that is learned.
_SPREAD = {"micro_batch_size", "part", "compile", "shard"}


class Manifest(BaseModel):
    """What a checkpoint holds.

    Attributes:
        signature: Of task, settings and data; see ``signature``.
        step: Optimiser steps done, earlier runs that it continues included.
        epoch: Epochs done, likewise.
        best: Dev figures of the best checkpoint so far.
        best_epoch: Where it was.
        history: Every figure reported so far.
        files: File name to SHA-256.
    """

    signature: str
    step: int
    epoch: float
    best: dict[str, float] = {}
    best_epoch: float = 0.0
    history: list[dict[str, float | str]] = []
    files: dict[str, str] = {}


def signature(task: Task, settings: FitSettings, train: Table, dev: Table | None) -> str:
    """Return a digest of all that decides the result: task, settings, data, the encoder's files."""
    facts = {
        "task": task.name,
        "task_data": _with_digests(task.to_dict()),
        "settings": settings.model_dump(exclude=_SPREAD),
        "train": content_hash(train.path),
        "dev": content_hash(dev.path) if dev is not None else None,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def write_manifest(checkpoint: Path, manifest: Manifest) -> None:
    """Complete a checkpoint: digest its files, then put the manifest in place in one move."""
    files = {item.name: file_digest(item) for item in sorted(checkpoint.iterdir()) if item.name != MANIFEST}
    text = manifest.model_copy(update={"files": files}).model_dump_json(indent=1)
    temporary = checkpoint / f"{MANIFEST}.part"
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(checkpoint / MANIFEST)


def latest(folder: Path) -> Path | None:
    """Return the newest complete checkpoint below ``folder/checkpoints``, or None."""
    found = [item for item in (folder / FOLDER).glob(f"{_PREFIX}*") if (item / MANIFEST).is_file()]
    return max(found, key=_number, default=None)


def read_manifest(checkpoint: Path) -> Manifest:
    """Return the manifest after comparing every file with its digest.

    Raises:
        InkstoneError: ``train.foreign_checkpoint``.
    """
    try:
        manifest = Manifest.model_validate_json((checkpoint / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise FOREIGN_CHECKPOINT(folder=checkpoint.name) from error
    present = {item.name for item in checkpoint.iterdir()} - {MANIFEST}
    if present != set(manifest.files):
        raise FOREIGN_CHECKPOINT(folder=checkpoint.name)
    if any(file_digest(checkpoint / name) != digest for name, digest in manifest.files.items()):
        raise FOREIGN_CHECKPOINT(folder=checkpoint.name)
    return manifest


def resumable(folder: Path, wanted: str) -> Path | None:
    """Return the checkpoint to resume from, after removing what belongs to other settings or was left half-written."""
    newest = latest(folder)
    if newest is not None and read_manifest(newest).signature != wanted:
        shutil.rmtree(folder / FOLDER)
        return None
    for item in (folder / FOLDER).glob(f"{_PREFIX}*"):
        if not (item / MANIFEST).is_file():
            shutil.rmtree(item)
    return newest if newest is not None and (newest / "trainer_state.json").is_file() else None


def best_of(checkpoint: Path) -> Path:
    """Return the best checkpoint that a checkpoint's training state names, else the checkpoint itself."""
    state = json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))
    name = Path(state.get("best_model_checkpoint") or checkpoint).name
    best = checkpoint.parent / name
    return best if (best / MANIFEST).is_file() else checkpoint


def _number(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix(_PREFIX))


def _with_digests(data: Mapping[str, Any]) -> dict[str, Any]:
    """Put the digest of a folder in the place of its path: the same encoder elsewhere is the same encoder."""
    return {
        key: content_hash(Path(value)) if isinstance(value, str) and _is_folder(value) else value
        for key, value in data.items()
    }


def _is_folder(value: str) -> bool:
    """Return whether a setting is the path of a folder; a lone ``/`` is what parts the levels of labels."""
    return len(Path(value).parts) > 1 and os.path.isdir(value)
