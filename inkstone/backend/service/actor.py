"""Who acts, and what each role may do: admin all; member reads all, writes what is new and what is theirs; viewer reads."""

from dataclasses import dataclass
from typing import Literal

from inkstone.backend.service.errors import FORBIDDEN

Role = Literal["admin", "member", "viewer"]
ROLES: tuple[Role, ...] = ("admin", "member", "viewer")


@dataclass(frozen=True)
class Actor:
    """Someone who asks for something.

    Attributes:
        user_id: Row of ``users``; None for the local user.
        name: Name shown on pages.
        role: What they may do.
    """

    user_id: str | None
    name: str
    role: Role


LOCAL = Actor(None, "local", "admin")
"""The person at the machine: the command line, and a browser on loopback while no user has been added."""


def may_write(actor: Actor, owner_id: str | None) -> bool:
    """Return whether ``actor`` may change or delete what ``owner_id`` owns."""
    return actor.role == "admin" or (actor.role == "member" and owner_id is not None and owner_id == actor.user_id)


def require_read(actor: Actor, action: str) -> None:
    """Raise ``auth.forbidden`` unless ``actor`` may read."""
    if actor.role not in ROLES:
        raise FORBIDDEN(role=actor.role, action=action)


def require_create(actor: Actor, action: str) -> None:
    """Raise ``auth.forbidden`` unless ``actor`` may make new things."""
    if actor.role not in ("admin", "member"):
        raise FORBIDDEN(role=actor.role, action=action)


def require_write(actor: Actor, owner_id: str | None, action: str) -> None:
    """Raise ``auth.forbidden`` unless ``actor`` may change what ``owner_id`` owns."""
    if not may_write(actor, owner_id):
        raise FORBIDDEN(role=actor.role, action=action)


def require_admin(actor: Actor, action: str) -> None:
    """Raise ``auth.forbidden`` unless ``actor`` is an administrator."""
    if actor.role != "admin":
        raise FORBIDDEN(role=actor.role, action=action)
