"""``tag-run``, ``note``, ``star``, ``trash`` and ``queue``; the options of ``runs`` that search."""

from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.service import run_organising, run_queue, run_search, run_trash
from inkstone.backend.service.run_search import FigureRange, RunFilter
from inkstone.backend.service.settings import readable_bytes
from inkstone.components.errors import ErrorKind
from inkstone.components.texts import text

Runs = Annotated[list[str], typer.Argument(metavar="RUN...", help=say("运行编号", "Ids of runs"))]
Tags = Annotated[list[str], typer.Option("--tag", help=say("带有此标签，可重复。", "Has this tag, repeatable."))]
Figures = Annotated[
    list[str],
    typer.Option("--figure", help=say("指标范围，如 test/macro_f1=0.8..", "Bounds, such as test/macro_f1=0.8..")),
]
Columns = Annotated[
    list[str],
    typer.Option(
        "--column", help=say("显示的列：figure:名称 或 param:节点.参数", "Column: figure:NAME or param:NODE.NAME")
    ),
]
BAD_RANGE = ErrorKind(
    "runs.bad_range",
    text("看不懂范围“{range}”。", "The bounds '{range}' are not understood."),
    text(
        "请写成 名称=低..高，例如 test/macro_f1=0.8..0.9 或 test/loss=..0.5。",
        "Write NAME=LOW..HIGH, such as test/macro_f1=0.8..0.9 or test/loss=..0.5.",
    ),
)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("tag-run", help=say("给运行加上或去掉标签。", "Add and remove tags of runs."))(_tag)
    app.command("note", help=say("写运行的备注。", "Write the note of a run."))(_note)
    app.command("star", help=say("给运行加星或去星。", "Star runs, or take stars away."))(_star)
    trash = typer.Typer(no_args_is_help=True, help=say("运行的回收站。", "The trash of runs."))
    trash.command("list", help=say("列出回收站中的运行。", "List runs in the trash."))(_trashed)
    trash.command("add", help=say("移到回收站。", "Move runs to the trash."))(_trash)
    trash.command("restore", help=say("从回收站恢复。", "Bring runs back."))(_restore)
    trash.command("purge", help=say("彻底删除，连同文件。", "Delete for good, files as well."))(_purge)
    app.add_typer(trash, name="trash")
    queue = typer.Typer(no_args_is_help=True, help=say("运行的队列。", "The queue of runs."))
    queue.command("show", help=say("显示队列和占用的资源。", "Show the queue and what runs use."))(_queue)
    queue.command("pause", help=say("暂停队列。", "Pause the queue."))(_pause)
    queue.command("go", help=say("恢复队列。", "Let the queue go on."))(_go)
    queue.command("hold", help=say("暂缓一个排队的运行。", "Hold a queued run back."))(_hold)
    queue.command("release", help=say("放行一个暂缓的运行。", "Let a held run go."))(_release)
    queue.command("move", help=say("调整位置。", "Move a run within the queue."))(_move)
    app.add_typer(queue, name="queue")


def wanted(
    *,
    text: str,
    state: str | None,
    tags: list[str],
    figures: list[str],
    dataset: str | None,
    template: str | None,
    starred: bool,
) -> RunFilter:
    """Return the filter that options describe.

    Raises:
        InkstoneError: ``runs.bad_range`` or ``runs.bad_state``.
    """
    return RunFilter(
        text=text,
        states=run_search.states_named(state),
        tags=tags,
        dataset=dataset,
        template=template,
        starred=starred,
        figures=[_range(item) for item in figures],
    )


def _range(words: str) -> FigureRange:
    name, equals, bounds = words.partition("=")
    low, dots, high = bounds.partition("..")
    try:
        if not (name and equals and dots):
            raise ValueError(words)
        return FigureRange(name=name, low=float(low) if low else None, high=float(high) if high else None)
    except ValueError as error:
        raise BAD_RANGE(at="figure", range=words) from error


def _tag(
    runs: Runs,
    add: Annotated[list[str], typer.Option("--add", help=say("加上", "Add this tag"))] = [],  # noqa: B006
    remove: Annotated[list[str], typer.Option("--remove", help=say("去掉", "Remove this tag"))] = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    changed = run_organising.tag(opened(), runs, add, remove)
    print_json(changed) if as_json else print_lines(*(f"{run.id}  {', '.join(run.tags) or '-'}" for run in changed))


def _note(
    run: Annotated[str, typer.Argument(metavar="RUN", help=say("运行编号", "Id of a run"))],
    note: Annotated[str, typer.Argument(metavar="NOTE", help=say("备注，空则删除", "The note; empty removes it"))],
    as_json: Json = False,
) -> None:
    changed = run_organising.set_note(opened(), run, note)
    print_json(changed) if as_json else print_lines(f"{changed.id}  {changed.note or '-'}")


def _star(
    runs: Runs,
    off: Annotated[bool, typer.Option("--off", help=say("去星", "Take the stars away"))] = False,
    as_json: Json = False,
) -> None:
    changed = run_organising.star(opened(), runs, not off)
    print_json(changed) if as_json else print_lines(*(f"{run.id}  {'★' if run.starred else '-'}" for run in changed))


def _trashed(as_json: Json = False) -> None:
    found = run_search.search(opened(), RunFilter(trashed=True), limit=1000)
    if as_json:
        print_json(found)
        return
    rows = [(row.run.id, row.run.name, row.run.state.value, row.run.created_at) for row in found.rows]
    columns = [say("编号", "Id"), say("名称", "Name"), say("状态", "State"), say("开始", "Started")]
    print_table(columns, rows, say("回收站是空的。", "The trash is empty."))


def _trash(runs: Runs, as_json: Json = False) -> None:
    run_trash.trash(opened(), runs)
    print_json({"trashed": runs}) if as_json else print_lines(say("已移到回收站。", "Moved to the trash."))


def _restore(runs: Runs, as_json: Json = False) -> None:
    run_trash.restore(opened(), runs)
    print_json({"restored": runs}) if as_json else print_lines(say("已恢复。", "Brought back."))


def _purge(
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RUN...]", help=say("默认：回收站中的全部", "By default all in the trash")),
    ] = None,
    as_json: Json = False,
) -> None:
    done = run_trash.purge(opened(), runs or None)
    if as_json:
        print_json(done)
        return
    words = say("已删除 {runs} 个运行、{artifacts} 个结果，释放 {size}。", "Deleted {runs} runs and {artifacts} artifacts; {size} freed.",
                runs=done.runs, artifacts=done.artifacts, size=readable_bytes(done.bytes))  # fmt: skip
    print_lines(words)


def _queue(as_json: Json = False) -> None:
    found = run_queue.get(opened())
    if as_json:
        print_json(found)
        return
    if found.paused:
        print_lines(say("队列已暂停。", "The queue is paused."))
    for used in found.running:
        memory, disk = readable_bytes(used.memory_bytes), readable_bytes(used.disk_bytes)
        print_lines(
            f"▶ {used.run.id}  {used.run.name}  CPU {used.cpu_seconds:.0f} s  {memory}  {say('磁盘', 'disk')} {disk}"
        )
    for place, run in enumerate(found.waiting, 1):
        held = say("（暂缓）", " (held)") if run.held else ""
        print_lines(f"{place}. {run.id}  {run.name}{held}")
    has = found.machine
    words = say("本机：{cpus} 个 CPU，负载 {load}；内存剩余 {free} / {memory}；磁盘剩余 {disk}",
                "Machine: {cpus} CPUs, load {load}; memory {free} free of {memory}; disk {disk} free",
                cpus=has.cpus, load=f"{has.load:.1f}", free=readable_bytes(has.memory_free_bytes),
                memory=readable_bytes(has.memory_bytes), disk=readable_bytes(has.disk_free_bytes))  # fmt: skip
    print_lines(words)


def _pause(as_json: Json = False) -> None:
    run_queue.pause(opened(), True)
    print_json({"paused": True}) if as_json else print_lines(say("队列已暂停。", "The queue is paused."))


def _go(as_json: Json = False) -> None:
    run_queue.pause(opened(), False)
    print_json({"paused": False}) if as_json else print_lines(say("队列继续。", "The queue goes on."))


def _hold(run: Annotated[str, typer.Argument(metavar="RUN")], as_json: Json = False) -> None:
    held = run_queue.hold(opened(), run, True)
    print_json(held) if as_json else print_lines(say("已暂缓：{run}", "Held: {run}", run=held.id))


def _release(run: Annotated[str, typer.Argument(metavar="RUN")], as_json: Json = False) -> None:
    held = run_queue.hold(opened(), run, False)
    print_json(held) if as_json else print_lines(say("已放行：{run}", "Let go: {run}", run=held.id))


def _move(
    run: Annotated[str, typer.Argument(metavar="RUN")],
    to: Annotated[str, typer.Argument(metavar="first|earlier|later|last")],
    as_json: Json = False,
) -> None:
    order = run_queue.move(opened(), run, to)
    print_json(order) if as_json else print_lines(
        *(f"{place}. {item.id}  {item.name}" for place, item in enumerate(order, 1))
    )
