"""Makes the REST application: mount it at ``/api``."""

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from starlette.middleware.body_limit import RequestBodyLimitMiddleware

import inkstone
from inkstone.backend.api.errors import handle_errors
from inkstone.backend.api.routes import (
    analysis,
    compare,
    data_work,
    datasets,
    deployments,
    disagreements,
    encoders,
    interchange,
    learning,
    models,
    notifications,
    palette,
    pipelines,
    predictions,
    registry,
    risk,
    run_again,
    run_lists,
    runs,
    searches,
    spans,
    tagging,
    users,
)
from inkstone.backend.service.settings import max_upload

_FORM_EXTRA = 1 << 20  # what a multipart form adds to its file


def create_api() -> FastAPI:
    """Return the application: routes below ``/v1``, documentation at ``/docs``, OpenAPI at ``/openapi.json``.

    Mounted at ``/api`` that gives ``/api/v1/...``, ``/api/docs`` and ``/api/openapi.json``. It must stand behind
    ``api.auth.AuthMiddleware``; without that every request is refused. The documentation page brings its own scripts.
    """
    app = FastAPIOffline(
        title="Inkstone",
        version=getattr(inkstone, "__version__", "0.1.0"),
        description="Everything that the pages can do: datasets, pipelines, runs, models.",
        redoc_url=None,
    )
    version_1 = APIRouter(prefix="/v1")
    for module in (
        datasets,
        data_work,
        spans,
        palette,
        encoders,
        pipelines,
        run_lists,
        run_again,
        interchange,
        searches,
        compare,
        disagreements,
        runs,
        learning,
        registry,
        analysis,
        models,
        predictions,
        deployments,
        tagging,
        users,
        notifications,
        risk,
    ):
        version_1.include_router(module.router)
    app.include_router(version_1)
    handle_errors(app)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=max_upload() + _FORM_EXTRA)
    return app
