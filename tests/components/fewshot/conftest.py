"""Shared by the few-shot tests: a tiny checkpoint made once, and a context."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def bert(tmp_path_factory):
    from fewshot_parts import write_bert

    return write_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="session")
def headless(tmp_path_factory):
    from fewshot_parts import write_bert

    return write_bert(tmp_path_factory.mktemp("headless"), head=False)


@pytest.fixture
def context(tmp_path):
    from component_context import ComponentContext

    return ComponentContext(tmp_path / "node")


@pytest.fixture
def reviews(tmp_path):
    from fewshot_parts import LABELS, TEXTS, table_of

    return table_of(tmp_path / "reviews", TEXTS, LABELS)
