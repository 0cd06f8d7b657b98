"""A context that keeps what components report, and helpers to write files and read tables."""

import os
from pathlib import Path
from typing import Any

import pytest

from inkstone.components.artifacts import Table
from inkstone.components.data.reading import read_table
from inkstone.components.spec import Resources, Source


class FolderContext:
    """The context of one node, in a folder of its own."""

    def __init__(self, folder: Path, sources: dict[str, Path] | None = None) -> None:
        self.folder = folder
        self.sources = sources or {}
        self.node = "node"
        self.seed = 0
        self.resources = Resources()
        self.messages: list[tuple[str, str]] = []

    def output(self, port: str) -> Path:
        path = self.folder / port
        path.mkdir(parents=True)
        return path

    def scratch(self) -> Path:
        path = self.folder / "scratch"
        path.mkdir(exist_ok=True)
        return path

    def source(self, reference: str) -> Source:
        path = self.sources[reference]
        return Source(path, path.name)

    def log(self, message: Any, level: str = "info") -> None:
        self.messages.append((level, message if isinstance(message, str) else message.en))

    def metric(self, name: str, value: float, step: int = 0, epoch: float | None = None) -> None:
        raise AssertionError("data components report no metrics")

    def progress(self, done: float, total: float, message: Any = None) -> None:
        assert 0 <= done <= total

    def check_cancelled(self) -> None:
        return None


@pytest.fixture
def context(tmp_path):
    """Make contexts: ``context()`` or ``context({"dataset:x": path})``."""
    count = iter(range(1000))
    return lambda sources=None: FolderContext(tmp_path / f"node{next(count)}", sources)


@pytest.fixture
def read(tmp_path):
    """Write bytes to a file and read it: ``read(content, "a.csv", **options)`` gives (info, rows)."""
    from inkstone.components.data.options import ReadOptions

    count = iter(range(1000))

    def do(content: bytes | str, name: str = "data.csv", **options: Any) -> Table:
        number = next(count)
        path = tmp_path / f"{number}-upload"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = tmp_path / f"{number}-table"
        read_table(path, name, out, ReadOptions(**options))
        return Table(out)

    return do


def rows(table: Table) -> list[dict[str, Any]]:
    """Return all rows without ``_row``."""
    return [
        {key: value for key, value in row.items() if key != "_row"}
        for batch in table.batches()
        for row in batch.to_pylist()
    ]


@pytest.fixture
def table_of(tmp_path):
    """Make a table of text columns: ``table_of({"text": [...], "label": [...]}, roles={...})``."""
    from inkstone.components.artifacts import ColumnInfo
    from inkstone.components.data.writing import TableWriter

    count = iter(range(1000))

    def make(data: dict[str, list[Any]], roles: dict[str, str] | None = None) -> Table:
        columns = [ColumnInfo(name=name, dtype="string") for name in data]
        with TableWriter(tmp_path / f"made{next(count)}", columns) as writer:
            writer.write(data)
            found = {name: name for name in ("text", "label", "group") if name in data} if roles is None else roles
            return writer.finish(roles=found)

    return make


@pytest.fixture
def real_data():
    """Return the folder of real data, or skip."""
    folder = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("no real data: set INKSTONE_DATA")
    return folder
