"""Session cookies: who has logged in, signed with ``secret.key`` of the home."""

import os
import secrets
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadSignature, URLSafeTimedSerializer

from inkstone import paths
from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL, Actor

COOKIE = "inkstone_session"
MAX_AGE_SECONDS = 7 * 24 * 3600
_REMEMBER_SECONDS = 3.0  # a page asks for dozens of files at once


def cookie_for(actor: Actor) -> str:
    """Return the value of the session cookie of someone who has just logged in."""
    assert actor.user_id is not None
    stamp = users.session_stamp(actor.user_id)
    return _serializer().dumps([actor.user_id, stamp])


def actor_of_cookie(value: str) -> Actor | None:
    """Return who a session cookie belongs to, or None when it is forged, expired, or its user's password has changed."""
    try:
        user_id, stamp = _serializer().loads(value, max_age=MAX_AGE_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return users.actor_of_session(str(user_id), str(stamp))


def actor_of_cookies(cookies: Mapping[str, str]) -> Actor | None:
    """Return who looks at a page: for Streamlit, which has the cookies of its connection but not the request.

    Without users everybody on loopback is the local user; the middleware lets nobody else come this far.
    """
    if not users.exist():
        return LOCAL
    return actor_of_cookie(cookies.get(COOKIE, ""))


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


def _serializer() -> URLSafeTimedSerializer:
    import hashlib

    return URLSafeTimedSerializer(
        secret_key(), salt="inkstone-session", signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    )


class Remembered:
    """Remembers for a few seconds who a cookie or token belongs to, so that one page is not dozens of queries."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, Actor | None]] = {}

    def get(self, key: str) -> tuple[bool, Actor | None]:
        """Return whether ``key`` was asked just now, and the answer."""
        until, actor = self._known.get(key, (0.0, None))
        return until > time.monotonic(), actor

    def put(self, key: str, actor: Actor | None) -> None:
        """Remember an answer."""
        if len(self._known) > 1000:
            self._known.clear()
        self._known[key] = (time.monotonic() + _REMEMBER_SECONDS, actor)
