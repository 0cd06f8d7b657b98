"""Signatures of webhook messages, by which a receiver knows that Inkstone sent them, and when."""

import hashlib
import hmac
from base64 import urlsafe_b64encode

from inkstone.backend.store.secret_key import secret_key

PREFIX = "whsec_"


def secret_of(webhook_id: str, salt: str) -> str:
    """Return the signing secret of a webhook: it follows from the key of the home, so no database holds it."""
    digest = hmac.new(secret_key().encode(), f"webhook\0{webhook_id}\0{salt}".encode(), hashlib.sha256).digest()
    return PREFIX + urlsafe_b64encode(digest).decode().rstrip("=")


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return ``sha256=HEX``: HMAC-SHA256 (RFC 2104) over ``TIMESTAMP.BODY``."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
