"""Searches over toy components, in a home of their own."""

import importlib.util
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inkstone.backend.runtime.processes import end_processes
from inkstone.backend.service import searches
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.searching.views import SearchDetail

_SUPPORT = Path(__file__).parents[3] / "support" / "toys.py"


class ToySearches:
    """Waits for searches, and ends what they started."""

    def __init__(self) -> None:
        self.started: list[str] = []

    def wait(self, search_id: str, until, seconds: float = 240) -> SearchDetail:
        """Return a search as soon as something is so."""
        if search_id not in self.started:
            self.started.append(search_id)
        deadline = time.monotonic() + seconds
        while True:
            detail = searches.get(LOCAL, search_id)
            if until(detail):
                return detail
            if time.monotonic() > deadline:
                pytest.fail(f"waited {seconds} s in vain: {detail}")
            time.sleep(0.1)

    def end(self) -> None:
        for search_id in self.started:
            end_processes(search_id)
            for trial in searches.get(LOCAL, search_id).trials:
                if trial.run:
                    end_processes(trial.run)


@pytest.fixture
def toy_searches(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ToySearches]:
    """Give the toy components and a helper that waits."""
    if "inkstone_test_toys" not in sys.modules:
        spec = importlib.util.spec_from_file_location("inkstone_test_toys", _SUPPORT)
        module = importlib.util.module_from_spec(spec)
        sys.modules["inkstone_test_toys"] = module
        spec.loader.exec_module(module)
    with sys.modules["inkstone_test_toys"].toy_components(monkeypatch):
        helper = ToySearches()
        yield helper
        helper.end()
