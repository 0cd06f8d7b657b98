"""Which addresses a webhook may lead to: public ones, and networks that the administrator allowed.

A name is resolved once, every address it has is judged, and the connection is made to the address that was judged: a name
that answers differently the second time (DNS rebinding) changes nothing.
"""

import os
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from inkstone.backend.runtime.webhooks.errors import BAD_NETWORKS, BAD_URL, NO_ADDRESS, PRIVATE_ADDRESS

VARIABLE = "INKSTONE_WEBHOOK_NETWORKS"
_LONGEST = 2000
_NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


def check_url(url: str) -> str:
    """Return a webhook's address, or raise what is wrong with it; a name is not resolved yet.

    Raises:
        InkstoneError: ``webhooks.bad_url`` or ``webhooks.private_address``.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BAD_URL(zh="写法不正确", en="it is not written correctly", at="url") from error
    if parts.scheme not in ("http", "https") or not host or len(url) > _LONGEST or any(sign.isspace() for sign in url):
        raise BAD_URL(zh="写法不正确", en="it is not written correctly", at="url")
    if parts.username or parts.password:
        raise BAD_URL(zh="含有用户名或密码", en="it holds a user name or a password", at="url")
    try:
        literal = ip_address(host)
    except ValueError:
        return url
    require_allowed(host, literal)
    return url


def resolve(host: str, port: int) -> str:
    """Return the address to connect to, after judging every address that the name has.

    Raises:
        InkstoneError: ``webhooks.no_address`` or ``webhooks.private_address``.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NO_ADDRESS(host=host[:200]) from error
    addresses = [ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    for address in addresses:
        require_allowed(host, address)
    return str(addresses[0])


def require_allowed(host: str, address: Address) -> None:
    """Raise ``webhooks.private_address`` unless an address is public or in an allowed network."""
    inner = _inner(address)
    if any(inner in network for network in allowed_networks() if network.version == inner.version):
        return
    if not inner.is_global or inner.is_multicast:
        raise PRIVATE_ADDRESS(host=host[:200], address=str(address), at="url")


def allowed_networks() -> list[IPv4Network | IPv6Network]:
    """Return the networks that the administrator allowed.

    Raises:
        InkstoneError: ``webhooks.bad_networks``.
    """
    given = os.environ.get(VARIABLE, "")
    try:
        return [ip_network(item.strip()) for item in given.split(",") if item.strip()]
    except ValueError as error:
        raise BAD_NETWORKS(value=given[:100]) from error


def _inner(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
