"""Passwords, sessions, tokens, and the brake on guessing."""

import time

import pytest
from sqlalchemy import select

from inkstone.backend.api import sessions
from inkstone.backend.service import audit, login, users
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.store.database import session
from inkstone.backend.store.tables import Token, User
from inkstone.components.errors import InkstoneError


@pytest.fixture(autouse=True)
def fresh_limiter(monkeypatch):
    monkeypatch.setattr(users, "LIMITER", login.LoginLimiter())


def test_passwords_are_argon2_and_checked(home):
    users.add(LOCAL, "ann", "correct horse", "admin")
    with session() as db:
        assert db.scalars(select(User.password_hash)).one().startswith("$argon2id$")
    actor = users.authenticate("ann", "correct horse")
    assert (actor.name, actor.role) == ("ann", "admin")
    for name, password in (("ann", "wrong"), ("nobody", "correct horse")):
        with pytest.raises(InkstoneError) as problem:
            users.authenticate(name, password)
        assert problem.value.code == "auth.login_failed"
    assert [entry.action for entry in audit.list_(LOCAL, action="auth.")] == ["auth.login_failed"] * 2 + ["auth.login"]


def test_guessing_is_slowed_down_for_that_address_alone(home):
    users.add(LOCAL, "ann", "correct horse", "admin")
    for _ in range(login.FAILURES_OF_A_NAME):
        with pytest.raises(InkstoneError):
            users.authenticate("ann", "wrong", "10.0.0.9")
    with pytest.raises(InkstoneError) as problem:
        users.authenticate("ann", "correct horse", "10.0.0.9")
    assert problem.value.code == "auth.too_many_attempts"
    assert users.authenticate("ann", "correct horse", "10.0.0.7").name == "ann"


def test_an_address_that_tries_many_names_is_slowed_down():
    limiter = login.LoginLimiter()
    for number in range(login.FAILURES_OF_AN_ADDRESS):
        limiter.failed(f"user{number}", "10.0.0.9")
    with pytest.raises(InkstoneError):
        limiter.check("somebody", "10.0.0.9")
    limiter.check("somebody", "10.0.0.8")


@pytest.mark.parametrize(
    ("name", "password", "role", "code"),
    [
        ("ann", "long enough", "admin", "user.exists"),
        ("bob", "short", "member", "user.weak_password"),
        ("bob", "long enough", "king", "user.unknown_role"),
        ("../bob", "long enough", "member", "path.bad_name"),
    ],
)
def test_a_bad_user_is_not_added(home, name, password, role, code):
    users.add(LOCAL, "ann", "correct horse", "admin")
    with pytest.raises(InkstoneError) as problem:
        users.add(LOCAL, name, password, role)
    assert problem.value.code == code
    assert [user.name for user in users.list_(LOCAL)] == ["ann"]


def test_a_token_works_until_it_expires_or_is_withdrawn(people):
    made = users.create_token(people["max"], "script")
    assert made.secret
    with session() as db:
        assert made.secret not in str(db.scalars(select(Token.sha256)).all())
    assert users.actor_of_token(made.secret).name == "max"
    assert users.tokens(people["max"])[0].secret is None
    short = users.create_token(people["max"], "short", days=1e-8)
    time.sleep(0.01)
    assert users.actor_of_token(short.secret) is None
    users.remove_token(people["max"], made.id)
    assert users.actor_of_token(made.secret) is None


def test_nobody_makes_or_withdraws_tokens_of_others(people):
    made = users.create_token(people["max"], "script")
    with pytest.raises(InkstoneError):
        users.create_token(people["mia"], "script", user="max")
    with pytest.raises(InkstoneError):
        users.remove_token(people["mia"], made.id)
    users.remove_token(people["ann"], made.id)


def test_a_session_ends_with_its_password_and_its_user(people):
    cookie = sessions.cookie_for(people["max"])
    assert sessions.actor_of_cookie(cookie).name == "max"
    assert sessions.actor_of_cookie(cookie[:-2] + "xx") is None
    users.set_password(people["max"], "max", "another password")
    assert sessions.actor_of_cookie(cookie) is None
    cookie = sessions.cookie_for(people["mia"])
    users.remove(people["ann"], "mia")
    assert sessions.actor_of_cookie(cookie) is None


def test_the_key_of_sessions_is_readable_by_its_owner_alone(people, home):
    sessions.cookie_for(people["max"])
    assert (home / "secret.key").stat().st_mode & 0o777 == 0o600


def test_the_last_administrator_stays(people):
    for change in (lambda: users.remove(people["ann"], "ann"), lambda: users.set_role(people["ann"], "ann", "viewer")):
        with pytest.raises(InkstoneError) as problem:
            change()
        assert problem.value.code == "user.last_admin"
    users.set_role(people["ann"], "max", "admin")
    users.set_role(people["ann"], "ann", "viewer")
