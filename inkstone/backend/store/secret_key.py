"""The key of a home, from which everything that is signed takes its secret."""

import os
import secrets
import time
from functools import lru_cache
from pathlib import Path

from inkstone import paths


def secret_key() -> str:
    """Return the key of this home, made at first use with mode 600."""
    return _key(paths.home() / "secret.key")


@lru_cache(maxsize=4)
def _key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    with os.fdopen(descriptor, "w") as file:
        key = secrets.token_hex(32)
        file.write(key)
    return key


def _read_key(path: Path) -> str:
    for _ in range(50):  # another process may be writing it at this moment
        key = path.read_text().strip()
        if len(key) >= 32:
            return key
        time.sleep(0.02)
    raise ValueError(f"{path.name} holds no key: remove it, and a new one is made")
