"""``runs``, ``logs``, ``stop``, ``resume``, ``continue``."""

import time
from datetime import datetime
from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, Limit, Query, opened
from inkstone.backend.cli.output import OK, exit_code_of_state, plain, print_json, print_lines, print_table
from inkstone.backend.cli.progress import node_line
from inkstone.backend.cli.run_lists import Columns, Figures, Tags, wanted
from inkstone.backend.cli.words import language, say, tell
from inkstone.backend.events import Event
from inkstone.backend.runtime.events_file import EventTail
from inkstone.backend.service import run_log, run_search, runs
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.interchange import complete
from inkstone.components.errors import InkstoneError

_Run = Annotated[
    str, typer.Argument(metavar="RUN", help=say("运行编号，或其开头几位", "Id of a run, or its beginning"))
]
_Queue = Annotated[
    bool,
    typer.Option("--queue", help=say("交给 inkstone up 运行，不等待。", "Leave it to inkstone up, and do not wait.")),
]
_PAUSE_SECONDS = 0.3


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("runs", help=say("列出运行，或显示一个。", "List runs, or show one."))(_runs)
    app.command("logs", help=say("显示运行日志。", "Show the log of a run."))(_logs)
    app.command("stop", help=say("停止运行；已完成的节点保留。", "Stop a run; finished nodes stay."))(_stop)
    app.command("resume", help=say("从第一个未完成的节点继续。", "Go on at the first unfinished node."))(_resume)
    app.command("continue", help=say("从已有的训练结果再训练若干轮。", "Train a finished run some epochs more."))(
        _continue
    )


def _runs(  # noqa: PLR0917  # typer makes an option of each
    run: Annotated[str | None, typer.Argument(metavar="[RUN]", help=say("运行编号", "Id of a run"))] = None,
    state: Annotated[
        str | None, typer.Option("--state", help=say("状态，如 running、active", "State, such as running or active"))
    ] = None,
    query: Query = "",
    dataset: Annotated[str | None, typer.Option("--dataset", help=say("读取此数据集", "Reads this dataset"))] = None,
    template: Annotated[str | None, typer.Option("--template", help=say("来自此模板", "Of this template"))] = None,
    tags: Tags = [],  # noqa: B006
    figures: Figures = [],  # noqa: B006
    starred: Annotated[bool, typer.Option("--starred", help=say("加星的", "With a star"))] = False,
    columns: Columns = [],  # noqa: B006
    order: Annotated[
        str,
        typer.Option("--order", help=say("排序，如 -figure:test/macro_f1", "Order, such as -figure:test/macro_f1")),
    ] = "-created",
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    actor = opened()
    if run is not None:
        _show(actor, run, as_json=as_json)
        return
    narrowed = wanted(
        text=query, state=state, tags=tags, figures=figures, dataset=dataset, template=template, starred=starred
    )
    shown = columns or ["figure:test/macro_f1"]
    page = run_search.search(actor, narrowed, order=order, columns=shown, limit=limit)
    if as_json:
        facts = complete.facts(actor, [row.run.id for row in page.rows])
        print_json([plain(row.run) | {"values": row.values} | facts[row.run.id] for row in page.rows])
        return
    titles = [
        say("编号", "Id"),
        say("名称", "Name"),
        say("状态", "State"),
        say("开始", "Started"),
        say("秒", "Seconds"),
    ]
    rows = [
        (
            row.run.id,
            ("★ " if row.run.starred else "") + row.run.name + "".join(f" #{tag}" for tag in row.run.tags),
            row.run.state.value,
            row.run.created_at,
            row.run.seconds,
            *(row.values.get(column) for column in shown),
        )
        for row in page.rows
    ]
    print_table([*titles, *(column.partition(":")[2] for column in shown)], rows, say("还没有运行。", "No runs yet."))
    if page.total > len(page.rows):
        print_lines(say("共 {total} 个。", "{total} in all.", total=page.total))


def _show(actor: Actor, run: str, *, as_json: bool) -> None:
    result = runs.result(actor, run)
    if as_json:
        found = runs.view(actor, run)
        print_json(plain(found) | complete.facts(actor, [found.id])[found.id] | plain(result))
        return
    from inkstone.backend.cli.following import figures

    view = runs.view(actor, run)
    print_lines(f"{view.id}  {view.name}  {view.state.value}")
    for node in result.nodes:
        print_lines(node_line(node.id, node.state, node.seconds, node.component))
    print_lines(*figures(result.metrics))
    if result.model:
        print_lines(say("模型 {model}", "Model {model}", model=result.model))
    if view.error:
        print_lines(InkstoneError.from_dict(view.error).message(language()))


def _logs(
    run: _Run,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help=say("持续显示，直到结束。", "Go on until the run has ended."))
    ] = False,
    level: Annotated[
        str | None,
        typer.Option("--level", help=say("这个级别及更严重的：", "This level and worse: ") + ", ".join(run_log.LEVELS)),
    ] = None,
    search: Annotated[
        str, typer.Option("--search", help=say("只显示含有这段文字的行", "Only lines that hold this"))
    ] = "",
    as_json: Json = False,
) -> int:
    actor = opened()
    view = runs.view(actor, run)
    if (level or search) and not follow:
        found = run_log.lines(actor, view.id, level=level or "debug", words=search)
        for line in found.lines:
            _print_event(line, as_json=as_json)
        return OK
    tail = EventTail(view.id)
    while True:
        ended = runs.state(actor, view.id).is_final
        for event in tail.new():
            _print_event(event, as_json=as_json)
        if ended or not follow:
            return OK if not follow else exit_code_of_state(runs.state(actor, view.id))
        time.sleep(_PAUSE_SECONDS)


def _print_event(event: Event, *, as_json: bool) -> None:
    if as_json:
        print(event.model_dump_json(), flush=True)
        return
    words = _words(event)
    if words:
        at = datetime.fromtimestamp(event.time).astimezone().strftime("%H:%M:%S")
        print(f"{at}  {event.node or '':<18} {words}", flush=True)


def _words(event: Event) -> str:
    if event.kind == "log":
        return ("" if event.level == "info" else f"{event.level}: ") + tell(event.message)
    if event.kind in ("run_state", "node_state"):
        error = InkstoneError.from_dict(event.error).message(language()) if event.error else ""
        reason = tell(event.reason) if event.kind == "node_state" else ""
        return "  ".join(part for part in (event.state.value, reason, error) if part)
    if event.kind == "metric" and event.value is not None and not event.name.startswith("train/"):
        return f"{event.name} = {event.value:.4f}" + (f" (epoch {event.epoch:g})" if event.epoch is not None else "")
    return ""


def _stop(run: _Run, as_json: Json = False) -> None:
    view = runs.stop(opened(), run)
    print_json(view) if as_json else print_lines(say("已要求停止：{run}", "Asked to stop: {run}", run=view.id))


def _resume(run: _Run, queue: _Queue = False, as_json: Json = False) -> int:
    actor = opened()
    if queue:
        return _queued(runs.resume(actor, run).id, as_json=as_json)
    return _run_here(actor, runs.resume(actor, run, "cli").id, as_json=as_json)


def _continue(
    run: _Run,
    epochs: Annotated[float, typer.Option("--epochs", min=0.01, help=say("再训练几轮", "How many epochs more"))],
    queue: _Queue = False,
    as_json: Json = False,
) -> int:
    actor = opened()
    if queue:
        return _queued(runs.continue_(actor, run, epochs).id, as_json=as_json)
    return _run_here(actor, runs.continue_(actor, run, epochs, "cli").id, as_json=as_json)


def _queued(run_id: str, *, as_json: bool) -> int:
    print_json({"run": run_id, "state": "QUEUED"}) if as_json else print_lines(
        say("已排队：{run}", "Queued: {run}", run=run_id)
    )
    return OK


def _run_here(actor: Actor, run_id: str, *, as_json: bool) -> int:
    from inkstone.backend.cli.following import finish, start_child

    return finish(actor, run_id, start_child(run_id), as_json=as_json)
