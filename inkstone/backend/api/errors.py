"""How errors travel over HTTP: ``{"error": {code, what, fix, at, node, row}, "problems": [...]}``."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from inkstone.backend.pipeline.invalid import said
from inkstone.components.errors import INTERNAL, ErrorKind, InkstoneError, ProblemList
from inkstone.components.texts import text

log = logging.getLogger("inkstone.api")

NO_RAY_SERVE = ErrorKind(
    "serve.no_ray_serve",
    text("没有安装 Ray Serve。", "Ray Serve is not installed."),
    text(
        "请安装：pip install 'inkstone[serve]'，或不加 --replicas 运行。",
        "Install it: pip install 'inkstone[serve]', or leave --replicas out.",
    ),
)
LOGIN_REQUIRED = ErrorKind(
    "auth.login_required",
    text("请先登录。", "Please log in first."),
    text(
        "在 /login 登录，或在请求头中加上 Authorization: Bearer 令牌。",
        "Log in at /login, or send the header Authorization: Bearer TOKEN.",
    ),
    status=401,
)
CROSS_SITE = ErrorKind(
    "auth.cross_site",
    text("请求来自别的网站，已拒绝。", "The request came from another site and was refused."),
    text(
        "请在 Inkstone 自己的页面上操作；脚本请使用令牌。反向代理的域名写入 INKSTONE_ALLOWED_HOSTS。",
        "Use Inkstone's own pages, or a token for scripts. Name the host of a reverse proxy in INKSTONE_ALLOWED_HOSTS.",
    ),
    status=403,
)
UNKNOWN_HOST = ErrorKind(
    "auth.unknown_host",
    text("不认识的主机名：{host}", "Unknown host name: {host}."),
    text(
        "请用 http://127.0.0.1 打开，或由管理员把它写入 INKSTONE_ALLOWED_HOSTS。",
        "Open it as http://127.0.0.1, or have an administrator name it in INKSTONE_ALLOWED_HOSTS.",
    ),
    status=421,
)
BAD_REQUEST = ErrorKind(
    "request.invalid",
    text("请求的 {at} 不正确：{problem}", "The request is wrong at {at}: {problem}."),
    text("请对照 /api/docs 修改。", "Correct it as /api/docs describes."),
)
NO_ROUTE = ErrorKind(
    "request.not_found",
    text("没有这个地址：{path}", "There is nothing at {path}."),
    text("全部地址见 /api/docs。", "All addresses are listed at /api/docs."),
    status=404,
)
REFUSED = ErrorKind(
    "request.refused",
    text("请求被拒绝（{status}）：{problem}", "The request was refused ({status}): {problem}."),
    text("请对照 /api/docs 修改。", "Correct it as /api/docs describes."),
)


def error_body(error: InkstoneError, problems: list[InkstoneError] | None = None) -> dict[str, Any]:
    """Return the JSON body of an error."""
    return {"error": error.as_dict(), "problems": [item.as_dict() for item in problems or [error]]}


def error_response(error: InkstoneError, problems: list[InkstoneError] | None = None) -> JSONResponse:
    """Return the answer for an error."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == LOGIN_REQUIRED.status else {}
    if error.status == 429:
        headers["Retry-After"] = str(error.values.get("seconds", 60))
    return JSONResponse(error_body(error, problems), error.status, headers)


def handle_errors(app: FastAPI) -> None:
    """Turn every exception that a handler of ``app`` raises into the one shape of error."""
    app.add_exception_handler(InkstoneError, _inkstone)
    app.add_exception_handler(ProblemList, _problems)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _internal)


async def _inkstone(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InkstoneError)
    return error_response(error)


async def _problems(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemList)
    return error_response(error.problems[0], error.problems)


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    problems = [
        BAD_REQUEST(at=".".join(str(part) for part in item["loc"]), problem=said(item)) for item in error.errors()
    ]
    return error_response(problems[0], problems)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return error_response(NO_ROUTE(path=request.url.path))
    made = REFUSED(status=error.status_code, problem=error.detail)
    made.status = error.status_code
    return error_response(made)


async def _internal(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    return error_response(INTERNAL(summary=type(error).__name__))
