"""Which process is whose: a process id alone may be someone else's by now."""

import os
import signal
import socket
import time

import psutil

from inkstone import paths

RUN_VARIABLE = "INKSTONE_RUN"
"""Set in the environment of a run process, and so of everything it starts."""


def this_host() -> str:
    """Return the name under which this machine signs its runs: ``INKSTONE_HOST``, or the name of the machine.

    Machines that share a database must have different names. A container that takes over from an older one should keep its
    name, so that it finds the runs of that one at once.
    """
    return (os.environ.get("INKSTONE_HOST") or socket.gethostname())[:255]


def start_time(pid: int) -> float | None:
    """Return when a living process started, in seconds since the epoch, or None."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def is_alive(pid: int | None, started: float | None, run_id: str | None = None) -> bool:
    """Return whether the process of a run lives.

    The start time tells it from a later process with the same id. It is derived from the clock, which may be set; so the
    mark in the environment counts as well.
    """
    if pid is None:
        return False
    found = start_time(pid)
    if found is None:
        return False
    if started is not None and abs(found - started) < 2:
        return True
    try:
        return run_id is not None and _belongs(psutil.Process(pid), run_id)
    except psutil.NoSuchProcess:  # it ended while we looked
        return False


def processes_of(run_id: str) -> list[psutil.Process]:
    """Return every living process that a run process of this home started, itself included."""
    return [process for process in psutil.process_iter() if process.pid != os.getpid() and _belongs(process, run_id)]


def end_processes(run_id: str, pid: int | None = None, patience: float = 5.0) -> None:
    """End every process of a run, at once and for good: its process group and whatever left that (Ray's do).

    Args:
        run_id: The run.
        pid: The run process, whose group is ended first.
        patience: Seconds to wait until they are gone.
    """
    deadline = time.monotonic() + patience
    while found := processes_of(run_id):
        if pid is not None and any(process.pid == pid for process in found):
            _kill_group(pid)
        for process in found:
            try:
                process.kill()
            except psutil.Error:
                continue  # it ended by itself
        psutil.wait_procs(found, timeout=max(0.0, min(1.0, deadline - time.monotonic())))
        if time.monotonic() > deadline:
            return


def _kill_group(pid: int) -> None:
    try:
        if os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _belongs(process: psutil.Process, run_id: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        environment = process.environ()
    except (psutil.Error, OSError):
        return False  # it ended meanwhile, or belongs to another user
    return environment.get(RUN_VARIABLE) == run_id and environment.get("INKSTONE_HOME", "") == str(paths.home())
