"""Serves REST by Ray Serve: as many processes as are asked for, more under load, on this machine or on a cluster.

Each replica runs the application that ``inkstone serve`` runs alone, so deployments are changed, tried on a share and stopped the same
way: the database says what is deployed, and every replica follows it. The home and the database must be reachable from all machines.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from inkstone import paths
from inkstone.backend.api.errors import NO_RAY_SERVE
from inkstone.backend.api.ray_certificates import mutual_tls
from inkstone.backend.runtime.executors.sessions import ADDRESS, ray_variables, session_folder

APPLICATION = "inkstone"
_ONGOING = 64
"""Requests that a replica takes on at once; its engine batches them."""
_WISHED_ONGOING = 16
"""Requests at once for each replica above which another one starts."""
_PASSED_ON = ("INKSTONE_HOME", "INKSTONE_DATABASE_URL")


@contextlib.contextmanager
def ray_serving(name: str, host: str, port: int, replicas: int, most: int) -> Iterator[None]:
    """Serve until the block ends.

    Args:
        name: The deployment that every replica loads before its first request; others are loaded when they are asked.
        host: Address to serve on; off loopback everybody must log in.
        port: Port.
        replicas: Processes that answer at least.
        most: Processes that answer at most, under load.

    Raises:
        InkstoneError: ``serve.no_ray_serve``.
    """
    if importlib.util.find_spec("grpc") is None:
        raise NO_RAY_SERVE(at="--replicas")
    folder = session_folder(f"serve-{uuid4().hex[:8]}")
    with _ray(folder, most):
        from ray import serve

        serve.start(http_options={"host": host, "port": port, "location": "HeadOnly"}, logging_config=_quiet())
        try:
            serve.run(
                _application(name, host, replicas, most), name=APPLICATION, route_prefix="/", logging_config=_quiet()
            )
            yield
        finally:
            serve.shutdown()  # type: ignore[no-untyped-call]


def wait() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()


def _application(name: str, host: str, replicas: int, most: int) -> Any:
    from ray import serve

    def build() -> Any:
        from inkstone.backend.api.serving_app import create_serving_app
        from inkstone.backend.serving.live import LIVE

        LIVE.load(name)
        return create_serving_app(host)

    scaling = {"min_replicas": replicas, "max_replicas": most, "target_ongoing_requests": _WISHED_ONGOING}
    deployment = serve.deployment(
        name="rest",
        autoscaling_config=scaling,
        max_ongoing_requests=_ONGOING,
        ray_actor_options={"num_cpus": 1, "runtime_env": {"env_vars": _variables()}},
        health_check_timeout_s=120,
    )
    return deployment(serve.ingress(build)()).bind()


@contextlib.contextmanager
def _ray(folder: Any, most: int) -> Iterator[None]:
    """Join the cluster that ``INKSTONE_RAY_ADDRESS`` names, or start a Ray of this machine alone."""
    address = os.environ.get(ADDRESS)
    if not address:
        folder.mkdir(mode=0o700, exist_ok=True)
    for name, value in (ray_variables() | ({} if address else mutual_tls(folder))).items():
        os.environ.setdefault(name, value)
    import ray  # reads those variables as it is imported

    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "error"}
    if address:
        ray.init(address=address, namespace="inkstone", runtime_env={"env_vars": _variables()}, **quiet)
    else:
        ray.init(
            address="local",
            num_cpus=most + 1,
            include_dashboard=False,
            _node_ip_address="127.0.0.1",
            _temp_dir=str(folder),
            **quiet,
        )
    try:
        yield
    finally:
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)


def _variables() -> dict[str, str]:
    given = {name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)}
    return given | {"INKSTONE_HOME": str(paths.home()), "OMP_NUM_THREADS": "1"}


def _quiet() -> dict[str, Any]:
    return {"log_level": "ERROR", "enable_access_log": False}
