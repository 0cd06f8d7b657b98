"""What the shipped sample files hold, so that their columns can be picked before anything has run."""

import tempfile
from functools import lru_cache
from pathlib import Path

from inkstone.backend.store.lookup import SAMPLES
from inkstone.components.artifacts import TableInfo
from inkstone.components.data.reading import read_table


def references() -> list[str]:
    """Return the data references of all sample files."""
    names = sorted(path.name for path in SAMPLES.iterdir() if path.is_file() and path.suffix not in {"", ".md"})
    return [f"sample:{name}" for name in names]


def sample_table(path: Path) -> TableInfo:
    """Return columns and row count of a sample file. Read once: samples are small and never change while we run."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> TableInfo:
    with tempfile.TemporaryDirectory() as folder:
        return read_table(path, path.name, Path(folder) / "table")
