"""The REST interface by itself, without pages: what ``inkstone serve`` runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from inkstone.backend.api import hosts
from inkstone.backend.api.app import create_api
from inkstone.backend.api.auth import AuthMiddleware


@asynccontextmanager
async def finish_answers(_: object = None) -> AsyncIterator[None]:
    """See to accepted predictions of files; at the end, let what deployments have taken on be answered."""
    from inkstone.backend.service.prediction_jobs import Keeper
    from inkstone.backend.serving.live import LIVE

    keeper = Keeper()
    keeper.start()
    try:
        yield
    finally:
        await to_thread.run_sync(keeper.stop)
        await to_thread.run_sync(LIVE.close)


def create_serving_app(host: str = "127.0.0.1") -> Starlette:
    """Return the application: REST at ``/api``, behind the same login as the pages.

    Args:
        host: The address that it will be bound to; off loopback everybody must log in.
    """
    guard = Middleware(AuthMiddleware, required=not hosts.is_loopback(host))
    return Starlette(routes=[Mount("/api", create_api())], middleware=[guard], lifespan=finish_answers)
