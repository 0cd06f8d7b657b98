"""On which addresses the web server may be reached."""

import ipaddress

from inkstone.backend.service import users
from inkstone.backend.service.errors import NO_USERS


def is_loopback(host: str) -> bool:
    """Return whether an address to bind is reachable from this machine alone."""
    name = host.strip("[]")
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_binding(host: str) -> None:
    """Refuse to serve on an address that others can reach while nobody could log in.

    Raises:
        InkstoneError: ``auth.no_users``.
    """
    if not is_loopback(host) and not users.exist():
        raise NO_USERS(host=host)
