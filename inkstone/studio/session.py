"""Who visits the page."""

from inkstone.backend.service.actor import LOCAL, Actor


def actor() -> Actor:
    """Return the person behind this session."""
    return LOCAL
