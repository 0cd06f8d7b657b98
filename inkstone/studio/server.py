"""The web server: one process, one port, one login.

Streamlit pages at ``/``, REST at ``/api/v1`` with its documentation at ``/api/docs``, Gradio demos at ``/demo/<model>/``,
the bundle of the canvas at ``/static/canvas``. Nothing trains here: runs belong to the supervisor.

One process and no more, because a page's state lives in memory; work scales by run processes, not by web workers.
"""

import argparse
import gc
import logging
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import streamlit as st
from starlette.middleware import Middleware
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from inkstone.studio.headers import SecurityHeaders

FOLDER = Path(__file__).parent
CANVAS = FOLDER / "canvas" / "static"
log = logging.getLogger("inkstone.studio")


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    from inkstone.studio.demos import DEMOS
    from inkstone.studio.sample import prepare_sample_project

    threading.Thread(target=prepare_sample_project, name="sample-project", daemon=True).start()
    async with DEMOS.running():
        # Streamlit collects garbage after every run of a page; frozen objects of the libraries are then left alone.
        gc.collect()
        gc.freeze()
        yield {}


def _routes() -> list[BaseRoute]:
    from inkstone.backend.api import create_api
    from inkstone.studio.demos import DEMOS

    async def favicon(_: Any) -> FileResponse:
        return FileResponse(FOLDER / "static" / "seal.svg", media_type="image/svg+xml")

    return [
        Route("/favicon.svg", favicon),
        Mount("/demo", DEMOS),
        Mount("/static/canvas", StaticFiles(directory=CANVAS, check_dir=False)),
        Mount("/api", create_api()),
    ]


def create_app(*, login_required: bool = False) -> st.App:
    """Make the whole web application.

    Args:
        login_required: Ask for a login on every route; always so off the loopback address.
    """
    from inkstone.backend.api.auth import AuthMiddleware

    middleware = [Middleware(SecurityHeaders), Middleware(AuthMiddleware, required=login_required)]
    return st.App(FOLDER / "main.py", lifespan=_lifespan, routes=_routes(), middleware=middleware)


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted: ``python -m inkstone.studio.server --host 127.0.0.1 --port 8501``."""
    import uvicorn

    from inkstone.backend.store.database import migrate

    parser = argparse.ArgumentParser(prog="inkstone.studio.server", description="The web server of Inkstone.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    chosen = parser.parse_args(arguments)
    migrate()
    uvicorn.run(create_app(chosen.host), host=chosen.host, port=chosen.port, log_level="warning", timeout_graceful_shutdown=3)


if __name__ == "__main__":
    main()
