"""Trains the tiny classifier in a process of its own: ``train_tiny.py ROOT '[{"name": "a", "workers": 2}, ...]'``.

Ray reads its environment once in a process, so tests of Ray workers start here. Prints results and errors as JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tiny_models import tiny_encoder, two_class_table

from inkstone.backend.runtime.reporter import Reporter
from inkstone.backend.runtime.training import fit
from inkstone.components.artifacts import Table
from inkstone.components.errors import Cancelled, InkstoneError
from inkstone.components.nlp.fitting import FitResult, FitSettings
from inkstone.components.nlp.text_classification import Settings, TextClassification
from inkstone.components.spec import Resources


def prepare(root: Path) -> None:
    """Write the encoders and the table that ``train`` takes."""
    tiny_encoder(root / "encoder", dropout=0.1)
    tiny_encoder(root / "still", dropout=0.0)
    two_class_table(root / "table")


def train(
    root: Path,
    name: str,
    *,
    dev: bool = True,
    workers: int = 1,
    dropout: float = 0.1,
    continue_from: Path | None = None,
    reporter: Reporter | None = None,
    **settings: Any,
) -> FitResult:
    """Train below ``root / name``."""
    task = TextClassification(
        Settings(
            encoder=str(root / ("encoder" if dropout else "still")),
            labels=("广告", "正常"),
            weights=(2.0, 0.5),
            dropout=dropout,
            max_length=32,
        )
    )
    defaults: dict[str, Any] = {"epochs": 2, "batch_size": 16, "learning_rate": 2e-3, "precision": "fp32"}
    table = Table(root / "table")
    return fit(
        task,
        table,
        table if dev else None,
        FitSettings(**(defaults | settings)),
        resources=Resources(workers=workers, cpus=1),
        folder=root / name,
        reporter=reporter or Reporter(root / f"{name}-run", "train"),
        distributed=workers > 1,
        continue_from=continue_from,
    )


def attempt(root: Path, name: str, stop: bool, options: dict[str, Any]) -> dict[str, Any]:
    """Train once; ``stop`` asks for a stop before the first step."""
    run = root / f"{name}-run"
    run.mkdir(exist_ok=True)
    if stop:
        (run / "stop").touch()
    try:
        return {"result": train(root, name, **options).model_dump(mode="json")}
    except InkstoneError as error:
        return {"error": error.as_dict()}
    except Cancelled:
        return {"cancelled": True}
    finally:
        (run / "stop").unlink(missing_ok=True)


def main() -> None:
    """Run the trainings of the command line one after the other and print their outcomes."""
    root, jobs = Path(sys.argv[1]), json.loads(sys.argv[2])
    print(json.dumps([attempt(root, job.pop("name"), job.pop("stop", False), job) for job in jobs]))


if __name__ == "__main__":
    main()
