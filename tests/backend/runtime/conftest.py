"""Fixtures of the runtime's tests: a home with toy components."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_SUPPORT = Path(__file__).parents[2] / "support" / "toys.py"


def _support():
    if "inkstone_test_toys" not in sys.modules:
        spec = importlib.util.spec_from_file_location("inkstone_test_toys", _SUPPORT)
        module = importlib.util.module_from_spec(spec)
        sys.modules["inkstone_test_toys"] = module
        spec.loader.exec_module(module)
    return sys.modules["inkstone_test_toys"]


@pytest.fixture
def toys(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """Give a helper that runs toy pipelines in this test's home."""
    support = _support()
    with support.toy_components(monkeypatch):
        helper = support.Toys()
        yield helper
        helper.end()


@pytest.fixture(params=["local", pytest.param("ray", marks=pytest.mark.ray)])
def executor(request: pytest.FixtureRequest) -> str:
    """Run the test on both executors."""
    return request.param
