"""Reads runs that MLflow kept: a file store (``mlruns``) or a SQLite database. Nothing is unpickled and no artifact is opened."""

import itertools
import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from inkstone.backend.service.interchange.errors import NOT_MLFLOW

_LARGEST_META = 1 << 20
_LARGEST_VALUE = 1 << 16
_MOST_NAMES = 5000
_STATUS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_NO_RUNS = ("experiments", "models", "traces", "datasets", "tags", ".trash")


@dataclass
class MlflowRun:
    """A run as MLflow kept it. ``metrics`` yields (name, value, step, seconds since the epoch), a figure at a time."""

    id: str
    name: str
    experiment: str
    status: str
    started: datetime | None
    ended: datetime | None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    source: "Path | None" = None

    def metrics(self) -> Iterator[tuple[str, float | None, int, float]]:
        """Yield the history of every figure."""
        if self.source is None:
            return
        if self.source.is_dir():
            yield from _file_metrics(self.source / "metrics")
        else:
            yield from _database_metrics(self.source, self.id)


def read(source: Path, shown: str = "") -> Iterator[MlflowRun]:
    """Yield the runs of a folder or a SQLite file; deleted ones are left out.

    Raises:
        InkstoneError: ``interchange.not_mlflow``.
    """
    if source.is_dir():
        return _file_store(source)
    with source.open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3"):
            raise NOT_MLFLOW(file=shown or source.name, zh="不是 SQLite 文件", en="it is no SQLite file")
    return _database(source, shown or source.name)


def _file_store(root: Path) -> Iterator[MlflowRun]:
    for path in sorted(root.rglob("meta.yaml")):
        relative = path.relative_to(root).parts[:-1]
        if path.is_symlink() or any(part in _NO_RUNS for part in relative):
            continue
        meta = _meta(path)
        if not meta.get("run_id") or meta.get("lifecycle_stage", "active") != "active":
            continue
        folder = path.parent
        tags = _values(folder / "tags")
        yield MlflowRun(
            id=str(meta["run_id"]),
            name=str(meta.get("run_name") or tags.get("mlflow.runName") or meta["run_id"]),
            experiment=str(_meta(folder.parent / "meta.yaml").get("name") or "mlflow"),
            status=_status(meta.get("status")),
            started=_moment(meta.get("start_time")),
            ended=_moment(meta.get("end_time")),
            params=_values(folder / "params"),
            tags=tags,
            source=folder,
        )


def _meta(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = yaml.safe_load(file.read(_LARGEST_META))
    except (OSError, yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError):
        return {}  # not written by MLflow, or damaged: not a run
    return found if isinstance(found, dict) else {}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    paths = (item for item in sorted(folder.rglob("*")) if item.is_file() and not item.is_symlink())
    for path in itertools.islice(paths, _MOST_NAMES):
        yield path.relative_to(folder).as_posix(), path


def _values(folder: Path) -> dict[str, str]:
    found = {}
    for name, path in _files(folder):
        with path.open("rb") as file:
            found[name] = file.read(_LARGEST_VALUE).decode("utf-8", "replace").rstrip("\n")
    return found


def _file_metrics(folder: Path) -> Iterator[tuple[str, float | None, int, float]]:
    for name, path in _files(folder):
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                point = _point(line.split())
                if point is not None:
                    yield name, *point


def _point(parts: list[str]) -> tuple[float | None, int, float] | None:
    """Return value, step and seconds of a line ``milliseconds value [step [...]]``, or None where it is none."""
    try:
        return _number(float(parts[1])), int(parts[2]) if len(parts) > 2 else 0, int(parts[0]) / 1000
    except (ValueError, IndexError):
        return None


def _database(path: Path, shown: str) -> Iterator[MlflowRun]:
    wanted = (
        "SELECT r.run_uuid, r.name, e.name, r.status, r.start_time, r.end_time FROM runs r"
        " LEFT JOIN experiments e ON e.experiment_id = r.experiment_id"
        " WHERE r.lifecycle_stage = 'active' ORDER BY r.start_time"
    )
    try:
        with closing(_connect(path)) as db:
            rows = db.execute(wanted).fetchall()
            for identity, name, experiment, status, started, ended in rows:
                yield MlflowRun(
                    id=str(identity),
                    name=str(name or identity),
                    experiment=str(experiment or "mlflow"),
                    status=_status(status),
                    started=_moment(started),
                    ended=_moment(ended),
                    params=_pairs(
                        db, "SELECT key, value FROM params WHERE run_uuid = ? ORDER BY key LIMIT ?", identity
                    ),
                    tags=_pairs(db, "SELECT key, value FROM tags WHERE run_uuid = ? ORDER BY key LIMIT ?", identity),
                    source=path,
                )
    except sqlite3.Error as error:
        reason = str(error)[:200]
        raise NOT_MLFLOW(file=shown, zh=reason, en=reason) from error


def _database_metrics(path: Path, identity: str) -> Iterator[tuple[str, float | None, int, float]]:
    query = "SELECT key, value, is_nan, step, timestamp FROM metrics WHERE run_uuid = ? ORDER BY key, timestamp, step"
    with closing(_connect(path)) as db:
        for name, value, is_nan, step, at in db.execute(query, (identity,)):
            number = None if is_nan or value is None else _number(float(value))
            yield str(name), number, int(step or 0), float(at or 0) / 1000


def _connect(path: Path) -> sqlite3.Connection:
    """Open a database that a stranger made: read only, and nothing in its schema is trusted to run."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    db.execute("PRAGMA trusted_schema=OFF")
    db.execute("PRAGMA cell_size_check=ON")
    return db


def _pairs(db: sqlite3.Connection, query: str, identity: str) -> dict[str, str]:
    return {str(key): str(value)[:_LARGEST_VALUE] for key, value in db.execute(query, (identity, _MOST_NAMES))}


def _status(value: Any) -> str:
    return _STATUS.get(value, str(value)) if isinstance(value, int) else str(value or "FINISHED")


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC) if value else None
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
