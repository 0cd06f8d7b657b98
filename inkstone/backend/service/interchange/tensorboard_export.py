"""Runs as TensorBoard event files: a zip with a folder for each run; ``tensorboard --logdir FOLDER`` shows them."""

import math
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from inkstone import paths
from inkstone.backend.service.interchange.gathering import Gathered, gather, points
from inkstone.backend.store.database import session


def write(references: Sequence[str], output: Path) -> None:
    """Write runs as a zip of event files."""
    with session() as db:
        gathered = [gather(db, reference) for reference in references]
    with tempfile.TemporaryDirectory(dir=paths.folder("cache")) as temporary:
        for item in gathered:
            _run(Path(temporary) / _folder_name(item), item)
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(temporary).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(temporary))


def _run(folder: Path, item: Gathered) -> None:
    from tensorboardX import SummaryWriter

    with SummaryWriter(str(folder), write_to_disk=True) as writer:
        table = "| | |\n|---|---|\n" + "".join(
            f"| {_cell(name)} | {_cell(value)} |\n" for name, value in item.params.items()
        )
        writer.add_text("parameters", table, 0, walltime=item.row.created_at.timestamp())
        for point in points(item):
            value = math.nan if point.value is None else point.value
            writer.add_scalar(point.name, value, point.step, walltime=point.time)


def _folder_name(item: Gathered) -> str:
    """Return a folder name that tells the run and cannot leave its place."""
    name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in item.row.name)[:60]
    return f"{name or 'run'}-{item.row.id[:8]}"


def _cell(value: str) -> str:
    return " ".join(value.split())[:500].replace("|", "\\|").replace("<", "&lt;")
