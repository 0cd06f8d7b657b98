"""Shared by all tests: a home of their own, and the order fast unit tests, then Ray and PostgreSQL, then the browser."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, nothing else.
settings.register_profile("inkstone", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("inkstone")
_SLOW = ("ray", "postgres", "browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run fast tests first: a mistake shows within seconds."""

    def weight(item: pytest.Item) -> int:
        return max((position for position, mark in enumerate(_SLOW, 1) if item.get_closest_marker(mark)), default=0)

    items.sort(key=weight)


@pytest.fixture
def inkstone_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty INKSTONE_HOME, and no database URL from outside."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("INKSTONE_HOME", str(home))
    monkeypatch.delenv("INKSTONE_DATABASE_URL", raising=False)
    return home


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Give the folder of real data sets, or skip."""
    folder = Path(os.environ.get("INKSTONE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("real data is not here: set INKSTONE_DATA")
    return folder
