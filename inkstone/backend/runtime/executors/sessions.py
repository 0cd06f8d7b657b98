"""Where the Ray of a run lives, and under which environment it starts. Imports no Ray."""

import os
import secrets
import sys
import tempfile
from pathlib import Path

from inkstone import paths

ADDRESS = "INKSTONE_RAY_ADDRESS"
"""Names the cluster to run on; without it each run has a Ray of its own."""


def session_folder(run_id: str) -> Path:
    """Return where the Ray of a run keeps its sockets and logs.

    Not in the home: the path of a socket may have only 107 letters.
    """
    root = Path("/tmp") if sys.platform != "win32" else Path(tempfile.gettempdir())  # noqa: S108 - made with mode 700
    return root / f"inkstone-{run_id}"


def ray_variables() -> dict[str, str]:
    """Return the environment under which Ray must start: token authentication, no telemetry, no alarming lines."""
    token = paths.folder("ray") / "token"
    if not token.exists():
        unfinished = token.with_name(f"token-{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_hex(32), "ascii")
        unfinished.replace(token)
    variables = {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DISABLE_IMPORT_WARNING": "1",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
        "RAY_TRAIN_ENABLE_STATE_TRACKING": "0",
        "RAY_BACKEND_LOG_LEVEL": "error",
    }
    if not os.environ.get(ADDRESS):
        # Without a cluster to join, every socket binds to 127.0.0.1; else Ray takes the address of a network card.
        variables["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    return variables
