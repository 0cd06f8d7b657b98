"""Starts and ends the Ray of a run process, beside its loop."""

import logging
import math
import os
import shutil
from threading import Event, Thread
from typing import Any

from inkstone.backend.runtime.errors import RAY_UNREACHABLE
from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.runtime.executors.sessions import ADDRESS, session_folder
from inkstone.components.errors import InkstoneError

_OBJECT_STORE_BYTES = 80 << 20  # everything big travels as files
_PATIENCE = 20.0
_QUIET: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
_PASSED_ON = ("INKSTONE_HOME", "INKSTONE_DATABASE_URL", "INKSTONE_RUN", "HF_ENDPOINT", "HF_HOME")


class Cluster:
    """A Ray of this run alone, so that ending the run process ends all of it, or the one that ``ADDRESS`` names.

    One thread starts it, stays, and ends it: the system ends Ray's processes together with the thread they came from.
    """

    def __init__(self, run_id: str, demand: float) -> None:
        """Prepare.

        Args:
            run_id: The run.
            demand: The most processors that one node of the run asks for; asking for more than there are slows a node
                down, it does not make it wait for ever.
        """
        self._folder = session_folder(run_id)
        self._cpus = max(processors(), math.ceil(demand))
        self._thread: Thread | None = None
        self._ready, self._end = Event(), Event()
        self.error: InkstoneError | None = None

    @property
    def ready(self) -> bool:
        """Whether it has started, or failed to (then ``error`` says why)."""
        return self._ready.is_set()

    def start(self) -> None:
        """Begin to start it, once."""
        if self._thread is None:
            self._thread = Thread(target=self._live, daemon=True, name="ray")
            self._thread.start()

    def wait(self) -> None:
        """Start it and wait until it is there.

        Raises:
            InkstoneError: ``runs.ray_unreachable``.
        """
        self.start()
        self._ready.wait()
        if self.error is not None:
            raise self.error

    def stop(self) -> bool:
        """End it; return False when it is just starting, or hangs, so that the end of the process must end it."""
        self._end.set()
        if self._thread is None:
            return True
        if self.ready:
            self._thread.join(timeout=_PATIENCE)
        shutil.rmtree(self._folder, ignore_errors=True)
        return not self._thread.is_alive()

    def _live(self) -> None:
        import ray

        try:
            self._init()
        except (OSError, RuntimeError, ValueError, ConnectionError, ray.exceptions.RayError) as error:
            self.error = RAY_UNREACHABLE(problem=(str(error).splitlines() or ["?"])[0][:300])
        self._ready.set()
        self._end.wait()
        ray.shutdown()

    def _init(self) -> None:
        import ray

        address = os.environ.get(ADDRESS)
        if address:
            variables = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            ray.init(address=address, namespace="inkstone", runtime_env={"env_vars": variables}, **_QUIET)
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        ray.init(
            address="local",
            num_cpus=self._cpus,
            include_dashboard=False,
            object_store_memory=_OBJECT_STORE_BYTES,
            _node_ip_address="127.0.0.1",
            _temp_dir=str(self._folder),
            **_QUIET,
        )
