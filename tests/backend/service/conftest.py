"""A home with a database, and people of each role."""

from pathlib import Path

import pytest

from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.store.database import migrate

ROWS = "".join(f"第{number}条消息，内容各不相同,{'广告' if number % 3 else '正常'}\n" for number in range(60))


@pytest.fixture
def home(inkstone_home: Path) -> Path:
    """Give a home whose database is ready."""
    migrate()
    return inkstone_home


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Give a small labelled file."""
    path = tmp_path / "消息.csv"
    path.write_text("文本,标签\n" + ROWS, "utf-8")
    return path


@pytest.fixture
def people(home: Path) -> dict[str, Actor]:
    """Give users of each role, and a second member."""
    roles = {"ann": "admin", "max": "member", "mia": "member", "vic": "viewer"}
    made = {name: users.add(LOCAL, name, f"{name}-password", role) for name, role in roles.items()}
    return {name: Actor(view.id, name, view.role) for name, view in made.items()}
