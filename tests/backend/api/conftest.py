"""The REST application behind its guard, and a table to upload."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.testclient import TestClient

from inkstone.backend.api import create_api
from inkstone.backend.api.auth import AuthMiddleware
from inkstone.backend.service import login, users
from inkstone.backend.store.database import migrate

TABLE = "文本,标签\n" + "".join(
    f"第{number}条消息，各不相同,{'广告' if number % 3 else '正常'}\n" for number in range(60)
)


def guarded(required: bool = False) -> Starlette:
    """Return the application as the web server mounts it."""
    return Starlette(routes=[Mount("/api", create_api())], middleware=[Middleware(AuthMiddleware, required=required)])


@pytest.fixture
def home(inkstone_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home whose database is ready."""
    monkeypatch.setattr(users, "LIMITER", login.LoginLimiter())
    monkeypatch.delenv("INKSTONE_ALLOWED_HOSTS", raising=False)
    migrate()
    return inkstone_home


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """Give a client on loopback without users: open."""
    yield TestClient(guarded(), base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def dataset(client: TestClient) -> str:
    """Give the reference of an uploaded dataset."""
    answer = client.post("/api/v1/datasets", files={"file": ("消息.csv", TABLE.encode())})
    return answer.json()["reference"]
