"""A real PostgreSQL server on a temporary folder, reached through a socket in it."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def available() -> bool:
    """Return whether the server's programs are on this machine."""
    return all(shutil.which(name) for name in ("initdb", "pg_ctl"))


@contextmanager
def server() -> Iterator[str]:
    """Start a server and give its URL; the server refuses to run as root, so another user takes it on then."""
    owner: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # short: it holds a socket
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        owner = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"

    def call(*command: str) -> None:
        environment = {**os.environ, "HOME": str(folder)}
        subprocess.run(command, check=True, capture_output=True, cwd=folder, env=environment, timeout=60, **owner)

    try:
        call("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        call("pg_ctl", "-D", str(data), "-l", str(folder / "log"), "-o", options, "-w", "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            call("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
