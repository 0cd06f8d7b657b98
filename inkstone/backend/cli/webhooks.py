"""``webhooks`` and ``notices``."""

from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import note, print_json, print_lines, print_table
from inkstone.backend.cli.words import say, tell
from inkstone.backend.service import notifications, webhooks
from inkstone.backend.service.webhooks import DeliveryView
from inkstone.backend.store.notices import EVENTS

_Id = Annotated[str, typer.Argument(metavar="ID", help=say("webhook 编号", "Id of the webhook"))]
_Events = Annotated[
    list[str] | None, typer.Option("--event", help=say("事件，可重复：", "Event, repeatable: ") + ", ".join(EVENTS))
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help=say("向别的系统通知事件。", "Tell other systems of events."), rich_markup_mode=None, no_args_is_help=True
    )
    group.command("add", help=say("添加 webhook。", "Add a webhook."))(_add)
    group.command("list", help=say("列出 webhook。", "List webhooks."))(_list)
    group.command("change", help=say("启用、停用或改事件。", "Switch on or off, choose events."))(_change)
    group.command("remove", help=say("删除 webhook。", "Remove a webhook."))(_remove)
    group.command("secret", help=say("换新的签名密钥。", "Give a new signing secret."))(_secret)
    group.command("test", help=say("发送测试消息。", "Send a test message."))(_test)
    group.command("log", help=say("发送记录。", "What was sent."))(_log)
    group.command("again", help=say("再发一次。", "Send a message again."))(_again)
    app.add_typer(group, name="webhooks")
    app.command("notices", help=say("显示通知。", "Show notices."))(_notices)


def _add(
    url: Annotated[str, typer.Argument(metavar="URL")],
    *,
    event: _Events = None,
    name: Annotated[str, typer.Option("--name", help=say("名称", "Name"))] = "",
    team: Annotated[bool, typer.Option("--team", help=say("所有人的事件", "Everybody's events"))] = False,
    as_json: Json = False,
) -> None:
    view = webhooks.create(opened(), url, event or EVENTS, name=name, team=team)
    note(say("签名密钥只显示这一次。", "The signing secret is shown this once."))
    print_json(view) if as_json else print_lines(f"{view.id}  {view.secret}")


def _list(as_json: Json = False) -> None:
    found = webhooks.list_(opened())
    if as_json:
        print_json(found)
        return
    columns = [
        say("编号", "Id"),
        say("名称", "Name"),
        say("地址", "Address"),
        say("事件", "Events"),
        say("团队", "Team"),
        say("启用", "On"),
    ]
    rows = [(item.id, item.name, item.url, ", ".join(item.events), item.team, item.active) for item in found]
    print_table(columns, rows, say("还没有 webhook。", "No webhooks yet."))


def _change(
    webhook: _Id,
    *,
    on: Annotated[bool | None, typer.Option("--on/--off", help=say("启用或停用", "On or off"))] = None,
    event: _Events = None,
    as_json: Json = False,
) -> None:
    view = webhooks.change(opened(), webhook, active=on, events=event)
    print_json(view) if as_json else print_lines(
        f"{view.id}  {'on' if view.active else 'off'}  {', '.join(view.events)}"
    )


def _remove(webhook: _Id, as_json: Json = False) -> None:
    webhooks.remove(opened(), webhook)
    print_json({"removed": webhook}) if as_json else print_lines(say("已删除 {name}", "Removed {name}", name=webhook))


def _secret(webhook: _Id, as_json: Json = False) -> None:
    view = webhooks.renew_secret(opened(), webhook)
    note(say("签名密钥只显示这一次。", "The signing secret is shown this once."))
    print_json(view) if as_json else print_lines(view.secret or "")


def _test(webhook: _Id, as_json: Json = False) -> None:
    _show(webhooks.test(opened(), webhook), as_json)


def _again(
    webhook: _Id,
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help=say("发送编号", "Id of the delivery"))],
    as_json: Json = False,
) -> None:
    _show(webhooks.send_again(opened(), webhook, delivery), as_json)


def _log(webhook: _Id, limit: Limit = 20, as_json: Json = False) -> None:
    found = webhooks.deliveries(opened(), webhook, limit)
    if as_json:
        print_json(found)
        return
    columns = [
        say("编号", "Id"),
        say("事件", "Event"),
        say("状态", "State"),
        say("次数", "Tries"),
        "HTTP",
        say("时间", "When"),
        say("问题", "Problem"),
    ]
    rows = [
        (item.id, item.event, item.state, item.attempts, item.status, item.tried_at or item.created_at,
         tell(item.problem["what"]) if item.problem else "")
        for item in found
    ]  # fmt: skip
    print_table(columns, rows, say("还没有发送过。", "Nothing was sent yet."))


def _notices(
    unread: Annotated[bool, typer.Option("--unread", help=say("只看未读", "Only unread ones"))] = False,
    read: Annotated[bool, typer.Option("--read", help=say("全部标为已读", "Mark all as read"))] = False,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    actor = opened()
    found = notifications.list_(actor, unread=unread, limit=limit)
    if read:
        notifications.mark_read(actor)
    if as_json:
        print_json(found)
        return
    print_table(["", say("时间", "When"), say("通知", "Notice")], [("" if item.read else "•", item.at, tell(item.words)) for item in found],
                say("没有通知。", "No notices."))  # fmt: skip


def _show(view: DeliveryView, as_json: bool) -> None:
    if as_json:
        print_json(view)
        return
    problem = tell(view.problem["what"]) + " " + tell(view.problem["fix"]) if view.problem else ""
    print_lines(
        " ".join(str(part) for part in (view.state, f"HTTP {view.status}" if view.status else "", problem) if part)
    )
