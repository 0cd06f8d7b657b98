"""Shared by the tests of training."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "support"))


@pytest.fixture
def train(tmp_path: Path) -> Callable[..., Any]:
    """Give a function that trains a tiny classifier in ``tmp_path / name``."""
    from tiny_models import tiny_encoder, two_class_table

    from inkstone.backend.runtime.reporter import Reporter
    from inkstone.backend.runtime.training import fit
    from inkstone.components.nlp.fitting import FitSettings
    from inkstone.components.nlp.text_classification import Settings, TextClassification
    from inkstone.components.spec import Resources

    encoder = tiny_encoder(tmp_path / "encoder", dropout=0.1)
    still = tiny_encoder(tmp_path / "still", dropout=0.0)
    table = two_class_table(tmp_path / "table")

    def run(
        name: str,
        *,
        dev: bool = True,
        workers: int = 1,
        distributed: bool = False,
        dropout: float = 0.1,
        continue_from: Path | None = None,
        reporter: Reporter | None = None,
        **settings: Any,
    ) -> Any:
        chosen = encoder if dropout else still
        task = TextClassification(
            Settings(encoder=str(chosen), labels=("广告", "正常"), weights=(2.0, 0.5), dropout=dropout, max_length=32)
        )
        defaults: dict[str, Any] = {"epochs": 2, "batch_size": 16, "learning_rate": 2e-3, "precision": "fp32"}
        return fit(
            task,
            table,
            table if dev else None,
            FitSettings(**(defaults | settings)),
            resources=Resources(workers=workers, cpus=1),
            folder=tmp_path / name,
            reporter=reporter or Reporter(tmp_path / f"{name}-run", "train"),
            distributed=distributed,
            continue_from=continue_from,
        )

    return run
