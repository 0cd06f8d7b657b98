"""Resolves what parameters refer to: where it lies, and the digest by which it counts in a fingerprint."""

import json
import os
from pathlib import Path

from inkstone import paths
from inkstone.backend.pipeline.parameters import extra, names_of_kind
from inkstone.backend.store.database import session
from inkstone.backend.store.lookup import dataset_version, lexicon_version, model_version, sample_file
from inkstone.components.artifacts import content_hash
from inkstone.components.spec import Component, Params, Source

SAMPLE = "sample:"
LEXICON = "lexicon:"
SCRATCH = "scratch"


def source(reference: str) -> Source:
    """Return where a reference of kind ``dataset`` or ``lexicon`` leads.

    Raises:
        InkstoneError: ``data.unknown_dataset``, ``data.unknown_sample`` or ``lexicon.unknown``.
    """
    if reference.startswith(SAMPLE):
        path = sample_file(reference)
        return Source(path, path.name)
    if reference.startswith(LEXICON):
        with session() as opened:
            lexicon = lexicon_version(opened, reference)
            return Source(paths.inside(paths.home(), lexicon.folder), f"{lexicon.lexicon.name}@{lexicon.number}")
    with session() as opened:
        version = dataset_version(opened, reference)
        folder, name = paths.inside(paths.home(), version.folder), version.file_name
    raw, table = folder / "raw", folder / "table"
    files = list(raw.iterdir())
    return Source(files[0] if len(files) == 1 else raw, name, table if table.is_dir() else None)


def digests(component: Component, params: Params) -> dict[str, str]:
    """Return parameter name to the digest of the data, encoder or model it refers to.

    Raises:
        InkstoneError: Something is referred to that is not there.
    """
    found = {}
    for name in names_of_kind(component, "dataset", "encoder", "model", "lexicon"):
        value = getattr(params, name)
        if isinstance(value, str) and value and value != SCRATCH:
            found[name] = _digest(extra(component, name)["kind"], value)
    return found


def _digest(kind: str, reference: str) -> str:
    if kind == "encoder":
        from inkstone.components.nlp.encoders import resolve_encoder

        return folder_digest(resolve_encoder(reference))
    if reference.startswith(SAMPLE):
        return folder_digest(sample_file(reference))
    with session() as opened:
        if kind == "model":
            return model_version(opened, reference).sha256
        if kind == "lexicon":
            return lexicon_version(opened, reference).sha256
        return dataset_version(opened, reference).sha256


def folder_digest(path: Path) -> str:
    """Return the content hash of a file or folder, remembered as long as names, sizes and times of its files stay."""
    files = [path] if path.is_file() else sorted(item for item in path.rglob("*") if item.is_file())
    signature = [[str(item.relative_to(path)), item.stat().st_size, item.stat().st_mtime_ns] for item in files]
    memory = paths.folder("cache") / "digests.json"
    known = _read(memory)
    entry = known.get(str(path))
    if entry and entry["signature"] == signature:
        return str(entry["digest"])
    digest = content_hash(path)
    known[str(path)] = {"signature": signature, "digest": digest}
    unfinished = memory.with_name(f"digests-{os.getpid()}.json")
    unfinished.write_text(json.dumps(known), "utf-8")
    unfinished.replace(memory)
    return digest


def _read(memory: Path) -> dict[str, dict[str, object]]:
    try:
        known: dict[str, dict[str, object]] = json.loads(memory.read_text("utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {}  # it can be made again
    return known
