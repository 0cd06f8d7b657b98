"""Users, their passwords (Argon2) and their bearer tokens (only SHA-256 is kept)."""

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inkstone import paths
from inkstone.backend.service import audit
from inkstone.backend.service.actor import LOCAL, ROLES, Actor, Role, require_admin
from inkstone.backend.service.errors import (
    LAST_ADMIN,
    LOGIN_FAILED,
    TOKEN_NOT_FOUND,
    UNKNOWN_USER_ROLE,
    USER_EXISTS,
    USER_NOT_FOUND,
    WEAK_PASSWORD,
)
from inkstone.backend.service.login import LIMITER
from inkstone.backend.service.user_views import TokenView, UserView
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import AuditEntry, Token, User, now

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 8, 200
TOKEN_PREFIX = "ink_"  # noqa: S105 - lets secret scanners find a leaked token


def exist() -> bool:
    """Return whether anybody has been added: then everybody must log in. Asks for no permission."""
    with session() as db:
        return db.scalar(select(User.id).limit(1)) is not None


def add(actor: Actor, name: str, password: str, role: str = "member") -> UserView:
    """Add a user.

    Raises:
        InkstoneError: ``user.exists``, ``user.weak_password``, ``user.unknown_role`` or ``path.bad_name``.
    """
    require_admin(actor, "user.add")
    user = User(name=paths.safe_name(name), role=_role(role), password_hash=_hash(password))
    try:
        with session() as db:
            db.add(user)
            db.flush()
            audit.record(db, actor, "user.add", user.name, role=role)
            return _view(user)
    except IntegrityError as error:
        raise USER_EXISTS(name=name) from error


def list_(actor: Actor) -> list[UserView]:
    """Return all users by name."""
    require_admin(actor, "user.list")
    with session() as db:
        return [_view(user) for user in db.scalars(select(User).order_by(User.name))]


def remove(actor: Actor, name: str) -> None:
    """Remove a user with their tokens; what they own stays and belongs to the administrators."""
    require_admin(actor, "user.remove")
    with session() as db:
        user = _find(db, name)
        _keep_an_admin(db, actor, user)
        audit.record(db, actor, "user.remove", user.name)
        db.delete(user)


def set_role(actor: Actor, name: str, role: str) -> UserView:
    """Change what a user may do."""
    require_admin(actor, "user.set_role")
    with session() as db:
        user = _find(db, name)
        if role != "admin":
            _keep_an_admin(db, actor, user)
        user.role = _role(role)
        audit.record(db, actor, "user.set_role", user.name, role=role)
        return _view(user)


def set_password(actor: Actor, name: str, password: str) -> None:
    """Set a password; ends every session of that user. People may set their own."""
    with session() as db:
        if actor.name != name or actor.user_id is None:
            require_admin(actor, "user.set_password")
        user = _find(db, name)
        user.password_hash = _hash(password)
        audit.record(db, actor, "user.set_password", user.name)


def authenticate(name: str, password: str, address: str = "") -> Actor:
    """Return who logs in; slows down after failures, and notes each attempt.

    Raises:
        InkstoneError: ``auth.login_failed`` or ``auth.too_many_attempts``.
    """
    LIMITER.check(name, address)
    with session() as db:
        user = db.scalar(select(User).where(User.name == name, User.active.is_(True)))
        correct = _verify(user.password_hash if user else _nobody(), password) and user is not None
        entry = "auth.login" if correct else "auth.login_failed"
        db.add(
            AuditEntry(
                user_id=user.id if user else None, action=entry, subject=name[:120], details={"address": address}
            )
        )
        if user and correct and _hasher().check_needs_rehash(user.password_hash):
            user.password_hash = _hasher().hash(password)
    if user is None or not correct:
        LIMITER.failed(name, address)
        raise LOGIN_FAILED()
    LIMITER.succeeded(name, address)
    return _actor(user)


def session_stamp(user_id: str) -> str | None:
    """Return what a session cookie carries beside the user: it changes with the password, so old sessions end."""
    with session() as db:
        user = db.get(User, user_id)
        return _stamp(user) if user and user.active else None


def actor_of_session(user_id: str, stamp: str) -> Actor | None:
    """Return who a session belongs to, or None when it has ended."""
    with session() as db:
        user = db.get(User, user_id)
        if user is None or not user.active or not secrets.compare_digest(_stamp(user), stamp):
            return None
        return _actor(user)


def create_token(actor: Actor, name: str, user: str | None = None, days: float | None = None) -> TokenView:
    """Make a bearer token; its secret is in the answer and nowhere else.

    Args:
        actor: Who asks.
        name: What it is for.
        user: Whose token; only administrators make those of others.
        days: When it expires; None: never.
    """
    with session() as db:
        owner = _owner(db, actor, user, "token.create")
        secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
        expires = now() + timedelta(days=days) if days is not None else None
        token = Token(user_id=owner.id, name=name[:100], sha256=_digest(secret), expires_at=expires)
        db.add(token)
        db.flush()
        audit.record(db, actor, "token.create", owner.name, token=token.id, name=name)
        return _token_view(token, owner.name, secret)


def tokens(actor: Actor, user: str | None = None) -> list[TokenView]:
    """Return the tokens of a user, without their secrets."""
    with session() as db:
        owner = _owner(db, actor, user, "token.list")
        found = db.scalars(select(Token).where(Token.user_id == owner.id).order_by(Token.created_at))
        return [_token_view(item, owner.name) for item in found]


def remove_token(actor: Actor, token_id: str) -> None:
    """Withdraw a token."""
    with session() as db:
        token = db.get(Token, token_id)
        if token is None or (actor.role != "admin" and token.user_id != actor.user_id):
            raise TOKEN_NOT_FOUND()
        audit.record(db, actor, "token.remove", token.user_id, token=token.id)
        db.delete(token)


def actor_of_token(secret: str) -> Actor | None:
    """Return who a bearer token belongs to, or None."""
    query = select(Token, User).join(User, User.id == Token.user_id).where(Token.sha256 == _digest(secret))
    with session() as db:
        found = db.execute(query).tuples().first()
        if found is None or not found[1].active or (found[0].expires_at and found[0].expires_at < now()):
            return None
        return _actor(found[1])


def _owner(db: Session, actor: Actor, user: str | None, action: str) -> User:
    if user is None or user == actor.name:
        owner = db.get(User, actor.user_id) if actor.user_id else None
        if owner is None:
            raise USER_NOT_FOUND(at="user", name=user or actor.name)
        return owner
    require_admin(actor, action)
    return _find(db, user)


def _find(db: Session, name: str) -> User:
    user = db.scalar(select(User).where(User.name == name))
    if user is None:
        raise USER_NOT_FOUND(name=name)
    return user


def _keep_an_admin(db: Session, actor: Actor, user: User) -> None:
    admins = db.scalar(select(func.count()).select_from(User).where(User.role == "admin", User.active.is_(True))) or 0
    if user.role == "admin" and admins == 1 and actor is not LOCAL:
        raise LAST_ADMIN(name=user.name)


def _role(role: str) -> Role:
    if role not in ROLES:
        raise UNKNOWN_USER_ROLE(at="role", role=role)
    return role


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """Return a hash that no password has: an unknown name takes as long as a known one."""
    return _hasher().hash(secrets.token_hex(16))


def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise WEAK_PASSWORD(at="password", minimum=SHORTEST, maximum=LONGEST)
    return _hasher().hash(password)


def _verify(hashed: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return len(password) <= LONGEST and _hasher().verify(hashed, password)
    except VerificationError:
        return False


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _stamp(user: User) -> str:
    return hashlib.sha256(user.password_hash.encode()).hexdigest()[:16]


def _actor(user: User) -> Actor:
    return Actor(user.id, user.name, cast(Role, user.role))


def _view(user: User) -> UserView:
    return UserView(id=user.id, name=user.name, role=user.role, active=user.active, created_at=user.created_at)


def _token_view(token: Token, user: str, secret: str | None = None) -> TokenView:
    return TokenView(
        id=token.id,
        user=user,
        name=token.name,
        created_at=token.created_at,
        expires_at=token.expires_at,
        secret=secret,
    )
