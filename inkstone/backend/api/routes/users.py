"""Users and tokens, and who I am."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Limit, Who
from inkstone.backend.service import audit, users
from inkstone.backend.service.actor import Role
from inkstone.backend.service.user_views import AuditView, TokenView, UserView

router = APIRouter(tags=["users"])


class Me(BaseModel):
    """Who asks."""

    name: str
    role: Role


class NewUser(BaseModel):
    """A user to add."""

    name: str = Field(max_length=100)
    password: str = Field(max_length=200)
    role: str = "member"


class Password(BaseModel):
    """A new password."""

    password: str = Field(max_length=200)


class NewRole(BaseModel):
    """What a user may do."""

    role: str


class NewToken(BaseModel):
    """A token to make."""

    name: str = Field(min_length=1, max_length=100)
    user: str | None = None
    days: float | None = Field(None, gt=0, le=3650)


@router.get("/me", summary="Who I am")
def me(who: Who) -> Me:
    """Return the name and role of whoever asks."""
    return Me(name=who.name, role=who.role)


@router.get("/users", summary="List users")
def list_users(who: Who) -> list[UserView]:
    """Return all users; administrators only."""
    return users.list_(who)


@router.post("/users", status_code=201, summary="Add a user")
def add(who: Who, body: NewUser) -> UserView:
    """Add a user; administrators only."""
    return users.add(who, body.name, body.password, body.role)


@router.delete("/users/{name}", status_code=204, summary="Remove a user")
def remove(who: Who, name: str) -> None:
    """Remove a user with their tokens; administrators only."""
    users.remove(who, name)


@router.put("/users/{name}/role", summary="Change a role")
def set_role(who: Who, name: str, body: NewRole) -> UserView:
    """Change what a user may do; administrators only."""
    return users.set_role(who, name, body.role)


@router.put("/users/{name}/password", status_code=204, summary="Set a password")
def set_password(who: Who, name: str, body: Password) -> None:
    """Set a password, one's own or (administrators) anybody's; ends that user's sessions."""
    users.set_password(who, name, body.password)


@router.get("/tokens", summary="List tokens")
def tokens(who: Who, user: str | None = None) -> list[TokenView]:
    """Return one's own tokens, or (administrators) those of a user."""
    return users.tokens(who, user)


@router.post("/tokens", status_code=201, summary="Make a token")
def create_token(who: Who, body: NewToken) -> TokenView:
    """Make a bearer token; ``secret`` is shown this once."""
    return users.create_token(who, body.name, body.user, body.days)


@router.delete("/tokens/{token_id}", status_code=204, summary="Withdraw a token")
def remove_token(who: Who, token_id: str) -> None:
    """Withdraw a token."""
    users.remove_token(who, token_id)


@router.get("/audit", summary="The audit log")
def audit_log(who: Who, action: str = "", limit: Limit = 100) -> list[AuditView]:
    """Return who did what; administrators only."""
    return audit.list_(who, action=action, limit=limit)
