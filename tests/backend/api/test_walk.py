"""Walks every route of the whole web application as nobody."""

import asyncio

import httpx
import pytest
from starlette.routing import Mount, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from inkstone.backend.api import create_api
from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL

# What the libraries serve beside our own routes.
FOREIGN = [
    "/",
    "/runs",
    "/models",
    "/static/index.js",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/inkstone.canvas/canvas.js",
    "/component/x/index.html",
    "/media/abc.png",
    "/favicon.ico",
    "/favicon.svg",
    "/demo/",
    "/demo/some-model/",
    "/demo/some-model/gradio_api/info",
    "/demo/some-model/config",
    "/static/canvas/canvas.js",
    "/api/docs",
    "/api/openapi.json",
    "/api/static-offline-docs/swagger-ui.css",
    "/api/v1/runs/abc/events",
    "/nothing/here",
    "/login/",
    "//login",
    "/login/../runs",
    "/LOGIN",
]


@pytest.fixture(params=["a user exists", "bound to every address"])
def visitor(request, home, monkeypatch) -> TestClient:
    """Give somebody who has not logged in, on the real application."""
    from streamlit.runtime import Runtime

    from inkstone.studio.server import create_app

    monkeypatch.setattr(Runtime, "_instance", None)  # Streamlit allows one application a process
    users.add(LOCAL, "ann", "correct horse", "admin")
    host = "127.0.0.1" if request.param == "a user exists" else "0.0.0.0"
    return TestClient(create_app(host), base_url="http://localhost", follow_redirects=False)


def _refused(answer) -> bool:
    return answer.status_code == 401 or (answer.status_code == 303 and answer.headers["location"].startswith("/login"))


def test_no_route_answers_to_nobody(visitor):
    described = create_api().openapi()
    calls = [(method, "/api" + path) for path, item in described["paths"].items() for method in item]
    assert len(calls) > 50
    calls += [(method, path) for path in FOREIGN for method in ("get", "head", "post", "put", "delete", "options")]
    for route in _mounted(visitor.app):
        calls.append(("get", route))
    assert asyncio.run(_let_in(visitor.app, calls)) == []


async def _let_in(app, calls: list[tuple[str, str]]) -> list[tuple[str, str, int]]:
    """Return the calls that were answered otherwise than by asking for a login."""
    wrong = []
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for method, path in calls:
            for headers in ({}, {"accept": "text/html"}):
                answer = await client.request(method, path, headers=headers)
                if not _refused(answer):
                    wrong.append((method, path, answer.status_code))
    return wrong


def test_no_websocket_opens_to_nobody(visitor):
    for path in ("/_stcore/stream", "/demo/some-model/gradio_api/queue/join", "/api/v1/runs", "/anything"):
        with pytest.raises(WebSocketDisconnect), visitor.websocket_connect(f"ws://localhost{path}"):
            pass


def test_only_the_form_answers(visitor):
    assert visitor.get("/login").status_code == 200
    assert visitor.post("/login", data={"name": "ann", "password": "guess"}).status_code == 401
    assert visitor.get("/logout").headers["location"] == "/login"


def _mounted(app) -> list[str]:
    """Return a path below everything that our own server mounts."""
    from inkstone.studio import server

    found = []
    for route in server._routes():
        assert not isinstance(route, WebSocketRoute)
        found.append(route.path + "/x" if isinstance(route, Mount) else route.path)
    assert "/api/x" in found
    return found
