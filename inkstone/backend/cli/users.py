"""``users``: add, list, remove, password, role, token."""

import sys
from typing import Annotated

import typer

from inkstone.backend.cli.errors import PASSWORDS_DIFFER
from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import note, print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.service import users

_Name = Annotated[str, typer.Argument(metavar="NAME", help=say("用户名", "Name of the user"))]
_FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help=say("从标准输入读取密码。", "Read the password from standard input."))
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help=say("管理用户和令牌。", "Manage users and tokens."), rich_markup_mode=None, no_args_is_help=True
    )
    group.command("add", help=say("添加用户。", "Add a user."))(_add)
    group.command("list", help=say("列出用户。", "List users."))(_list)
    group.command("remove", help=say("删除用户及其令牌。", "Remove a user and their tokens."))(_remove)
    group.command("password", help=say("重设密码。", "Set a password."))(_password)
    group.command("role", help=say("改变角色。", "Change a role."))(_role)
    group.command("token", help=say("生成、列出或撤销令牌。", "Make, list or withdraw bearer tokens."))(_token)
    app.add_typer(group, name="users")


def _add(
    name: _Name,
    role: Annotated[str, typer.Option("--role", help="admin, member, viewer")] = "member",
    password_stdin: _FromStdin = False,
    as_json: Json = False,
) -> None:
    view = users.add(opened(), name, _read_password(password_stdin), role)
    print_json(view) if as_json else print_lines(
        say("已添加 {name}（{role}）", "Added {name} ({role})", name=view.name, role=view.role)
    )


def _list(as_json: Json = False) -> None:
    found = users.list_(opened())
    if as_json:
        print_json(found)
        return
    columns = [say("用户", "User"), say("角色", "Role"), say("添加于", "Added")]
    rows = [(item.name, item.role, item.created_at) for item in found]
    print_table(columns, rows, say("还没有用户。", "No users yet."))


def _remove(name: _Name, as_json: Json = False) -> None:
    users.remove(opened(), name)
    print_json({"removed": name}) if as_json else print_lines(say("已删除 {name}", "Removed {name}", name=name))


def _password(name: _Name, password_stdin: _FromStdin = False, as_json: Json = False) -> None:
    actor = opened()
    users.set_password(actor, name, _read_password(password_stdin))
    done = say(
        "已重设 {name} 的密码；原有会话已失效。", "Set the password of {name}; their sessions have ended.", name=name
    )
    print_json({"changed": name}) if as_json else print_lines(done)


def _role(
    name: _Name, role: Annotated[str, typer.Argument(help="admin, member, viewer")], as_json: Json = False
) -> None:
    view = users.set_role(opened(), name, role)
    print_json(view) if as_json else print_lines(f"{view.name}: {view.role}")


def _token(
    name: _Name,
    *,
    title: Annotated[str, typer.Option("--for", help=say("用途", "What it is for"))] = "command line",
    days: Annotated[
        float | None, typer.Option("--days", min=0.001, help=say("几天后失效", "Days until it expires"))
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help=say("列出令牌", "List tokens"))] = False,
    remove: Annotated[
        str | None, typer.Option("--remove", help=say("撤销这个令牌", "Withdraw the token with this id"))
    ] = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    if remove is not None:
        users.remove_token(actor, remove)
        print_json({"removed": remove}) if as_json else print_lines(say("已撤销", "Withdrawn"))
    elif list_:
        found = users.tokens(actor, name)
        rows = [(item.id, item.name, item.created_at, item.expires_at) for item in found]
        columns = [say("编号", "Id"), say("用途", "For"), say("生成于", "Made"), say("失效于", "Expires")]
        print_json(found) if as_json else print_table(columns, rows, say("没有令牌。", "No tokens."))
    else:
        view = users.create_token(actor, title, name, days)
        note(say("令牌只显示这一次：", "The token is shown this once:"))
        print_json(view) if as_json else print_lines(view.secret or "")


def _read_password(from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    from getpass import getpass

    first = getpass(say("密码：", "Password: "))
    if getpass(say("再输入一次：", "Once more: ")) != first:
        raise PASSWORDS_DIFFER()
    return first
