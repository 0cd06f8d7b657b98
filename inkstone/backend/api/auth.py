"""Guards every route of the whole application: pages, websocket, REST, SSE, demos, static files.

A pure ASGI layer around everything else, so that a route added later is guarded too. On loopback without users the server is
open, and whoever asks is the local user; then the Host header must name this machine, which stops DNS rebinding. Once a
user exists, or off loopback, everybody logs in: with a session cookie or a bearer token.
"""

import time
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from inkstone.backend.api import hosts, sessions
from inkstone.backend.api.errors import CROSS_SITE, LOGIN_REQUIRED, UNKNOWN_HOST, error_response
from inkstone.backend.api.login_page import language_of, login_page
from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.service.binding import check_binding
from inkstone.components.errors import InkstoneError

__all__ = ["ACTOR", "AuthMiddleware", "check_binding"]

ACTOR = "inkstone.actor"
"""Key of the ASGI scope under which handlers find who asks."""
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LARGEST_FORM = 16 * 1024
_REMEMBER_SECONDS = 3.0


class AuthMiddleware:
    """The guard.

    Args:
        app: Everything else.
        required: Ask for a login even while there are no users: the server is bound to more than loopback.
    """

    def __init__(self, app: ASGIApp, required: bool = False) -> None:
        self.app = app
        self.required = required
        self._remembered = sessions.Remembered()
        self._users_exist = False
        self._users_asked = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, with its actor in the scope, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        answer = self._refuse_host(connection.headers) or await self._own_pages(connection, receive)
        if answer is None:
            actor = await self._actor(connection)
            answer = self._refuse(connection, actor)
        if answer is None:
            scope[ACTOR] = actor
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": "login required"})
        else:
            await answer(scope, receive, send)

    def _refuse_host(self, headers: Headers) -> Response | None:
        name, allowed = hosts.host_name(headers), hosts.allowed_hosts()
        if hosts.is_local_name(name) or name in allowed or (self.required and not allowed):
            return None
        return error_response(UNKNOWN_HOST(host=name[:100]))

    async def _login_needed(self, headers: Headers) -> bool:
        if self.required or not hosts.is_local_name(hosts.host_name(headers)):
            return True
        if not self._users_exist and time.monotonic() - self._users_asked > _REMEMBER_SECONDS:
            self._users_exist = await to_thread.run_sync(users.exist)
            self._users_asked = time.monotonic()
        return self._users_exist

    async def _actor(self, connection: HTTPConnection) -> Actor | None:
        if not await self._login_needed(connection.headers):
            return LOCAL
        token = _bearer(connection.headers)
        key = token or connection.cookies.get(sessions.COOKIE, "")
        if not key:
            return None
        known, actor = self._remembered.get(key)
        if not known:
            find = users.actor_of_token if token else sessions.actor_of_cookie
            actor = await to_thread.run_sync(find, key)
            self._remembered.put(key, actor)
        return actor

    def _refuse(self, connection: HTTPConnection, actor: Actor | None) -> Response | None:
        if actor is None:
            return _ask_to_log_in(connection)
        if actor is not LOCAL and _bearer(connection.headers):
            return None  # no browser sends a token by itself
        here = hosts.comes_from_here(connection.headers)
        changes = connection.scope["type"] == "websocket" or connection.scope["method"] not in _SAFE
        if changes and (here is False or (here is None and actor is not LOCAL)):
            return error_response(CROSS_SITE())
        return None

    async def _own_pages(self, connection: HTTPConnection, receive: Receive) -> Response | None:
        if connection.scope["type"] != "http" or connection.scope["path"] not in ("/login", "/logout"):
            return None
        request = Request(connection.scope, receive)
        if hosts.comes_from_here(request.headers) is False and request.method not in _SAFE:
            return error_response(CROSS_SITE())
        if request.url.path == "/logout":
            return _logged_out(request)
        if not await self._login_needed(request.headers):
            return RedirectResponse("/", 303)
        return await self._log_in(request) if request.method == "POST" else await _form(request)

    async def _log_in(self, request: Request) -> Response:
        fields = await _fields(request)
        name, password, target = fields.get("name", ""), fields.get("password", ""), _local(fields.get("next", "/"))
        address = request.client.host if request.client else ""
        try:
            actor = await to_thread.run_sync(partial(users.authenticate, name, password, address))
        except InkstoneError as error:
            return await _form(request, target, error, name)
        answer = RedirectResponse(target, 303, {"Cache-Control": "no-store"})
        answer.set_cookie(
            sessions.COOKIE,
            await to_thread.run_sync(sessions.cookie_for, actor),
            max_age=sessions.MAX_AGE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _ask_to_log_in(connection: HTTPConnection) -> Response:
    scope: dict[str, Any] = dict(connection.scope)
    wants_page = "text/html" in connection.headers.get("accept", "") and scope.get("method") in ("GET", "HEAD")
    if not wants_page or scope["path"].startswith("/api/v1"):
        return error_response(LOGIN_REQUIRED())
    query = scope.get("query_string", b"").decode("latin-1")
    return RedirectResponse("/login?next=" + quote(scope["path"] + (f"?{query}" if query else ""), safe=""), 303)


def _logged_out(request: Request) -> Response:
    if hosts.comes_from_here(request.headers) is False:
        return error_response(CROSS_SITE())
    answer = RedirectResponse("/login", 303, {"Cache-Control": "no-store"})
    answer.delete_cookie(sessions.COOKIE, httponly=True, samesite="lax")
    return answer


async def _form(
    request: Request, target: str | None = None, error: InkstoneError | None = None, name: str = ""
) -> Response:
    language = language_of(request.query_params.get("lang"), request.headers.get("accept-language", ""))
    somebody = await to_thread.run_sync(users.exist)
    return login_page(language, target or _local(request.query_params.get("next", "/")), error, name, somebody)


async def _fields(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    return {key: values[0] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _local(target: str) -> str:
    """Return a path of this site, whatever was asked for."""
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and all(letter >= " " for letter in target)
    return target if plain and "\\" not in target else "/"
