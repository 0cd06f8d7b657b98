"""Session cookies: who has logged in, signed with ``secret.key`` of the home."""

import time
from collections.abc import Mapping

from itsdangerous import BadSignature, URLSafeTimedSerializer

from inkstone.backend.service import users
from inkstone.backend.service.actor import LOCAL, Actor
from inkstone.backend.store.secret_key import secret_key

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
