"""Names under which the server may be called, and whether a request comes from its own pages."""

import os
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from inkstone.backend.service.binding import is_loopback

__all__ = ["allowed_hosts", "comes_from_here", "host_name", "is_local_name", "is_loopback"]

_LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}


def allowed_hosts() -> set[str]:
    """Return the names in ``INKSTONE_ALLOWED_HOSTS`` (separated by commas), in lower case."""
    return {name.strip().lower() for name in os.environ.get("INKSTONE_ALLOWED_HOSTS", "").split(",") if name.strip()}


def host_name(headers: Headers) -> str:
    """Return the name in the Host header, without its port."""
    try:
        return (urlsplit(f"//{headers.get('host', '')}").hostname or "").lower()
    except ValueError:
        return ""


def is_local_name(name: str) -> bool:
    """Return whether a Host header names this machine."""
    return name in _LOOPBACK_NAMES


def comes_from_here(headers: Headers) -> bool | None:
    """Return whether a browser sent this request from one of our own pages; None when nothing says so either way.

    ``Sec-Fetch-Site`` cannot be set by a page, and does not depend on what a proxy makes of the Host header.
    """
    site = headers.get("sec-fetch-site")
    if site in ("cross-site", "same-site"):
        return False
    if site == "same-origin":
        return True
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        parts = urlsplit(origin)
        name = parts.hostname or ""
    except ValueError:
        return False
    return parts.netloc.lower() == headers.get("host", "").lower() or name in allowed_hosts()
