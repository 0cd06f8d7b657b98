"""The guard around every route."""

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from inkstone.backend.api import create_api, sessions
from inkstone.backend.api.auth import ACTOR, AuthMiddleware, check_binding
from inkstone.backend.service import audit, users
from inkstone.backend.service.actor import LOCAL
from inkstone.components.errors import InkstoneError

PASSWORD = "correct horse"
PAGE = {"accept": "text/html,application/xhtml+xml"}


async def _who(request) -> PlainTextResponse:
    return PlainTextResponse(request.scope[ACTOR].name)


async def _socket(websocket) -> None:
    await websocket.accept()
    await websocket.send_text(websocket.scope[ACTOR].name)
    await websocket.close()


def _app(required: bool = False) -> Starlette:
    routes = [
        Route("/who", _who, methods=["GET", "POST"]),
        WebSocketRoute("/_stcore/stream", _socket),
        Mount("/api", create_api()),
    ]
    return Starlette(routes=routes, middleware=[Middleware(AuthMiddleware, required=required)])


def _client(required: bool = False, host: str = "localhost", **headers: str) -> TestClient:
    return TestClient(_app(required), base_url=f"http://{host}:8501", follow_redirects=False, headers=headers)


@pytest.fixture
def ann(home) -> None:
    """Let there be a user."""
    users.add(LOCAL, "ann", PASSWORD, "admin")


@pytest.fixture
def nobody(ann) -> Iterator[TestClient]:
    """Give a visitor who has not logged in."""
    yield _client()


def _connect(client: TestClient, **headers: str):
    return client.websocket_connect(f"ws://{client.base_url.netloc.decode()}/_stcore/stream", headers=headers)


def _log_in(client: TestClient, password: str = PASSWORD, **more: str):
    return client.post("/login", data={"name": "ann", "password": password, **more})


def test_loopback_without_users_is_open(home):
    client = _client()
    assert client.get("/who").text == "local"
    assert client.post("/who").text == "local"
    with _connect(client) as socket:
        assert socket.receive_text() == "local"
    assert client.get("/login").headers["location"] == "/"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5"])
def test_a_rebound_name_is_refused(home, host):
    answer = _client(host=host).get("/who")
    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "auth.unknown_host")
    with pytest.raises(WebSocketDisconnect), _connect(_client(host=host)):
        pass


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_loopback_names_are_let_in(home, host):
    assert _client(host=host).get("/who").status_code == 200


def test_a_configured_name_is_let_in_but_must_log_in(home, monkeypatch):
    monkeypatch.setenv("INKSTONE_ALLOWED_HOSTS", "nlp.example, other.example")
    assert _client(host="nlp.example").get("/who").status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "null"},
    ],
)
def test_other_sites_change_nothing_even_where_no_login_is_needed(home, headers):
    client = _client()
    answer = client.post("/who", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth.cross_site")
    with pytest.raises(WebSocketDisconnect), _connect(client, **headers):
        pass
    assert client.get("/who", headers=headers).status_code == 200  # a link from elsewhere is fine


def test_off_loopback_a_server_needs_users(home):
    check_binding("127.0.0.1")
    with pytest.raises(InkstoneError) as problem:
        check_binding("0.0.0.0")
    assert problem.value.code == "auth.no_users"
    assert _client(required=True, host="10.0.0.5").get("/who").status_code == 401
    users.add(LOCAL, "ann", PASSWORD, "admin")
    check_binding("0.0.0.0")


def test_pages_lead_to_the_form_and_programs_are_told(nobody):
    page = nobody.get("/runs?run=1", headers=PAGE)
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2Fruns%3Frun%3D1")
    program = nobody.get("/api/v1/runs")
    assert (program.status_code, program.headers["www-authenticate"]) == (401, "Bearer")
    assert program.json()["error"]["code"] == "auth.login_required"


def test_a_login_opens_pages_rest_and_websocket(nobody):
    answer = _log_in(nobody, next="/runs")
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "max-age=604800" in cookie
    assert nobody.get("/who").text == "ann"
    assert nobody.get("/api/v1/me").json() == {"name": "ann", "role": "admin"}
    with _connect(nobody, origin="http://localhost:8501") as socket:
        assert socket.receive_text() == "ann"
    assert nobody.get("/logout").status_code == 303
    assert nobody.get("/who").status_code == 401


def test_a_session_alone_does_not_let_other_sites_act(nobody):
    _log_in(nobody)
    for headers in ({}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert nobody.post("/who", headers=headers).status_code == 403
        with pytest.raises(WebSocketDisconnect), _connect(nobody, **headers):
            pass
    assert nobody.post("/who", headers={"origin": "http://localhost:8501"}).text == "ann"
    assert nobody.post("/who", headers={"sec-fetch-site": "same-origin"}).text == "ann"


def test_a_login_from_another_site_is_refused(nobody):
    answer = nobody.post(
        "/login", data={"name": "ann", "password": PASSWORD}, headers={"origin": "http://evil.example"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_a_login_leads_nowhere_else(nobody, target):
    assert _log_in(nobody, next=target).headers["location"] == "/"


def test_a_forged_or_old_session_is_nobody(nobody):
    forged = sessions.COOKIE + "=WyJhIiwiYiJd.aaaa.bbbb"
    assert nobody.get("/who", headers={"cookie": forged}).status_code == 401
    actor = users.authenticate("ann", PASSWORD)
    cookie = {"cookie": f"{sessions.COOKIE}={sessions.cookie_for(actor)}"}
    assert nobody.get("/who", headers=cookie).text == "ann"
    users.set_password(LOCAL, "ann", "another password")
    assert _client().get("/who", headers=cookie).status_code == 401


def test_guesses_are_audited_and_slowed_down(nobody):
    for _ in range(5):
        answer = _log_in(nobody, "wrong")
        assert answer.status_code == 401
        assert "ann" in answer.text and "wrong" not in answer.text.replace("is wrong", "")
    assert _log_in(nobody).status_code == 429
    entries = audit.list_(LOCAL, action="auth.login_failed")
    assert len(entries) == 5
    assert entries[0].details["address"] == "testclient"


def test_a_token_stands_for_its_user(nobody):
    secret = users.create_token(LOCAL, "script", "ann").secret
    with_token = {"authorization": f"Bearer {secret}"}
    assert nobody.post("/who", headers=with_token).text == "ann"
    assert nobody.get("/api/v1/me", headers=with_token).json()["name"] == "ann"
    assert nobody.get("/who", headers={"authorization": "Bearer ink_wrong"}).status_code == 401


def test_the_form_speaks_both_languages_and_loads_nothing(nobody):
    zh = nobody.get("/login", headers={"accept-language": "zh-CN,zh;q=0.9"})
    en = nobody.get("/login?lang=en")
    assert 'lang="zh-CN"' in zh.text and "用户名" in zh.text
    assert 'lang="en"' in en.text and "Password" in en.text
    assert not re.search(r"(src|href)=\"(https?:)?//", zh.text + en.text)
    assert "default-src 'none'" in zh.headers["content-security-policy"]


def test_what_is_typed_into_the_form_is_escaped(nobody):
    answer = nobody.post("/login", data={"name": '"><script>alert(1)</script>', "password": "x", "next": '/"><b>'})
    assert "<script>" not in answer.text and "<b>" not in answer.text


def test_a_huge_form_is_not_read(nobody):
    assert nobody.post("/login", data={"name": "ann", "password": "x" * 100_000}).status_code == 401
