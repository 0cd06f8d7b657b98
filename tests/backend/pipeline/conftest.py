"""Fixtures of the pipeline's tests: toy components, found as a third party's are."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkstone.components.registry import registry

_PLUGIN = Path(__file__).parents[2] / "support" / "plugin"


@pytest.fixture(scope="module", autouse=True)
def toy_components() -> Iterator[None]:
    """Put the plug-in of toy components on the import path."""
    sys.path.insert(0, str(_PLUGIN))
    registry.cache_clear()
    yield
    sys.path.remove(str(_PLUGIN))
    registry.cache_clear()
