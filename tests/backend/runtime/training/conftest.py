"""Shared by the tests of training."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "support"))


@pytest.fixture
def train(tmp_path: Path, inkstone_home: Path) -> Callable[..., Any]:
    """Give a function that trains a tiny classifier in ``tmp_path / name``."""
    import train_tiny

    train_tiny.prepare(tmp_path)
    return functools.partial(train_tiny.train, tmp_path)
