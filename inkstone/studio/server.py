"""The web server: one process, one port, one login.

Streamlit pages at ``/`` (the bundle of the canvas among its components), REST at ``/api/v1`` with its documentation at
``/api/docs``, Gradio demos at ``/demo/<model>/``. Nothing trains here: runs belong to the supervisor.

One process and no more, because a page's state lives in memory; work scales by run processes, not by web workers.
"""

import argparse
import gc
import importlib
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

from inkstone.studio.headers import Headers

FOLDER = Path(__file__).parent
log = logging.getLogger("inkstone.studio")


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    from inkstone.backend.api.serving_app import finish_answers
    from inkstone.studio.demos import DEMOS

    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()
    async with DEMOS.running(), finish_answers():
        yield {}


def _warm_up() -> None:
    """Do in the background what a first visitor would otherwise wait for."""
    from inkstone.studio.sample import prepare_sample_project

    gc.collect()
    gc.freeze()
    prepare_sample_project()
    importlib.import_module("inkstone.studio.demo_page")  # Gradio takes seconds to import
    # Streamlit collects garbage after every run of a page; frozen objects of the libraries are then left alone.
    gc.collect()
    gc.freeze()


def _routes() -> list[BaseRoute]:
    from inkstone.backend.api import create_api
    from inkstone.studio.demos import DEMOS

    async def favicon(_: Any) -> FileResponse:
        return FileResponse(FOLDER / "static" / "seal.svg", media_type="image/svg+xml")

    return [
        Route("/favicon.svg", favicon),
        Mount("/demo", DEMOS),
        Mount("/api", create_api()),
    ]


def create_app(host: str = "127.0.0.1") -> st.App:
    """Make the whole web application.

    Args:
        host: The address that it will be bound to; off loopback everybody must log in.
    """
    from streamlit.runtime.pages_manager import PagesManager

    from inkstone.backend.api import hosts
    from inkstone.backend.api.auth import AuthMiddleware
    from inkstone.studio.parts.problem import show_unexpected

    # A folder called "pages" beside the script makes Streamlit run an address such as /run without main.py until some
    # visitor has opened the home page; main.py alone says which pages there are.
    PagesManager.uses_pages_directory = False
    guard = Middleware(AuthMiddleware, required=not hosts.is_loopback(host))
    return st.App(
        FOLDER / "main.py",
        lifespan=_lifespan,
        routes=_routes(),
        middleware=[Middleware(Headers), guard],
        on_script_error=show_unexpected,
    )


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted: ``python -m inkstone.studio.server --host 127.0.0.1 --port 8501``."""
    import uvicorn

    from inkstone.backend.api.auth import check_binding
    from inkstone.backend.store.database import migrate

    parser = argparse.ArgumentParser(prog="inkstone.studio.server", description="The web server of Inkstone.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    chosen = parser.parse_args(arguments)
    migrate()
    check_binding(chosen.host)
    uvicorn.run(
        create_app(chosen.host), host=chosen.host, port=chosen.port, log_config=None, timeout_graceful_shutdown=3
    )


if __name__ == "__main__":
    main()
