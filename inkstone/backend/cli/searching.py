"""``tune`` and ``auto``: searches for better settings, and for the best method."""

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from inkstone.backend.cli.documents import bound_document, import_file, template_or_file
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import OK, exit_code_of_state, note, print_json, print_lines, print_table
from inkstone.backend.cli.words import language, say, tell
from inkstone.backend.pipeline.edit import apply_overrides, parse_overrides
from inkstone.backend.service import automatic_search, searches
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.automatic_search import AutoWish
from inkstone.backend.service.searching.settings import SearchWish
from inkstone.backend.service.searching.views import SearchDetail, TrialView
from inkstone.components.errors import InkstoneError

_PAUSE_SECONDS = 0.5
_Search = Annotated[
    str, typer.Argument(metavar="SEARCH", help=say("搜索编号，或其开头几位", "Id of a search, or its beginning"))
]
_Detach = Annotated[bool, typer.Option("--detach", help=say("不等待结果。", "Do not wait for the result."))]


def _option(name: str, zh: str, en: str) -> Any:
    return typer.Option(name, help=say(zh, en))


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("tune", help=say("为模板或流程搜索更好的参数。", "Search better settings of a template or pipeline."))(
        _tune
    )
    app.command("auto", help=say("在限定时间内找出最好的模型。", "The best model within some minutes."))(_auto)
    group = typer.Typer(no_args_is_help=True, help=say("查看和管理搜索。", "Look at searches and manage them."))
    group.command("list", help=say("列出搜索。", "List searches."))(_list)
    group.command("show", help=say("显示一个搜索。", "Show a search."))(_show)
    group.command("stop", help=say("停止搜索。", "Stop a search."))(_stop)
    group.command("resume", help=say("继续搜索；已完成的试验不重做。", "Go on; what has ended is not repeated."))(
        _resume
    )
    group.command("trash", help=say("从列表中移除；运行保留。", "Take it off the list; its runs stay."))(_trash)
    group.command("promote", help=say("把最好的试验变成模型。", "Make a model of the best trial."))(_promote)
    app.add_typer(group, name="search")


def _tune(
    template: Annotated[str, typer.Argument(help=say("模板名称或 YAML 文件", "Name of a template, or a YAML file"))],
    *,
    data: Annotated[
        Path | None, _option("--data", "带标签的文件、文件夹或 dataset:名称", "Labelled file, folder or dataset:NAME")
    ] = None,
    text: Annotated[str | None, _option("--text", "文本列", "Text column")] = None,
    label: Annotated[str | None, _option("--label", "标签列", "Label column")] = None,
    encoder: Annotated[str | None, _option("--encoder", "编码器", "Encoder")] = None,
    name: Annotated[str | None, _option("--name", "登记的模型名称", "Name of the registered model")] = None,
    set_: Annotated[list[str] | None, _option("--set", "节点.参数=值，可重复", "node.param=value, repeatable")] = None,
    param: Annotated[
        list[str] | None,
        _option("--param", "节点.参数=范围，如 train.learning_rate=1e-5..5e-4:log", "node.param=range, repeatable"),
    ] = None,
    metric: Annotated[str, _option("--metric", "按哪个开发集指标", "The dev figure to go by")] = "dev/macro_f1",
    trials: Annotated[int | None, typer.Option("--trials", min=1, help=say("试验次数", "Trials at most"))] = None,
    minutes: Annotated[float | None, _option("--minutes", "最多几分钟", "Minutes at most")] = None,
    parallel: Annotated[
        int | None, typer.Option("--parallel", min=1, help=say("同时进行几次", "Trials side by side"))
    ] = None,
    cpus: Annotated[int, typer.Option("--cpus", min=1, help=say("每次试验的处理器数", "Processors of a trial"))] = 1,
    no_early_stopping: Annotated[
        bool, _option("--no-early-stopping", "每次试验都做到底", "Let every trial run to its end")
    ] = False,
    no_promote: Annotated[bool, _option("--no-promote", "最后不登记模型", "Register no model at the end")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help=say("选值的种子", "Seed of the choice of values"))] = 0,
    detach: _Detach = False,
    as_json: Json = False,
) -> int:
    actor = opened()
    document, template_name = template_or_file(actor, template)
    document = bound_document(
        actor, document, {"data": data}, {"encoder": encoder, "name": name}, {"text": text, "label": label}
    )
    document = apply_overrides(document, parse_overrides(set_ or []))
    wish = SearchWish(
        params=dict(_named(item) for item in param or []),
        metric=metric,
        trials=trials if trials or minutes else 12,
        minutes=minutes,
        parallel=parallel,
        cpus=cpus,
        early_stopping=not no_early_stopping,
        promote=not no_promote,
        seed=seed,
    )
    view = searches.start(actor, document, wish, template=template_name)
    return _follow_or_leave(actor, view.id, detach=detach, as_json=as_json)


def _auto(  # noqa: PLR0917  # typer makes an option of each
    data: Annotated[
        Path, typer.Argument(help=say("带标签的文件、文件夹或 dataset:名称", "Labelled file, folder or dataset:NAME"))
    ],
    minutes: Annotated[float, _option("--minutes", "最多几分钟", "Minutes at most")] = 20,
    text: Annotated[str | None, _option("--text", "文本列", "Text column")] = None,
    label: Annotated[str | None, _option("--label", "标签列", "Label column")] = None,
    name: Annotated[str | None, _option("--name", "登记的模型名称", "Name of the registered model")] = None,
    detach: _Detach = False,
    as_json: Json = False,
) -> int:
    actor = opened()
    version = import_file(actor, data, "data")
    wish = AutoWish(data=version.reference, minutes=minutes, text=text, label=label, name=name)
    view = automatic_search.start(actor, wish)
    return _follow_or_leave(actor, view.id, detach=detach, as_json=as_json)


def _named(words: str) -> tuple[str, str]:
    name, _, found = words.partition("=")
    return name.strip(), found


def _list(limit: Limit = 20, as_json: Json = False) -> None:
    found = searches.list_(opened(), limit)
    if as_json:
        print_json(found)
        return
    titles = [
        say("编号", "Id"),
        say("名称", "Name"),
        say("状态", "State"),
        say("试验", "Trials"),
        say("最好", "Best"),
        say("秒", "Seconds"),
    ]
    rows = [(item.id, item.name, item.state.value, item.trials, item.best, item.seconds) for item in found]
    print_table(titles, rows, say("还没有搜索。", "No searches yet."))


def _show(search: _Search, as_json: Json = False) -> None:
    _print(searches.get(opened(), search), as_json=as_json)


def _stop(search: _Search, as_json: Json = False) -> None:
    view = searches.stop(opened(), search)
    print_json(view) if as_json else print_lines(say("已要求停止：{id}", "Asked to stop: {id}", id=view.id))


def _resume(
    search: _Search,
    trials: Annotated[int | None, typer.Option("--trials", min=1, help=say("总共几次试验", "Trials in all"))] = None,
    minutes: Annotated[float | None, _option("--minutes", "总共几分钟", "Minutes in all")] = None,
    detach: _Detach = False,
    as_json: Json = False,
) -> int:
    actor = opened()
    view = searches.resume(actor, search, trials=trials, minutes=minutes)
    return _follow_or_leave(actor, view.id, detach=detach, as_json=as_json)


def _trash(search: _Search) -> None:
    searches.trash(opened(), search)


def _promote(
    search: _Search,
    trial: Annotated[int | None, typer.Option("--trial", min=1, help=say("第几次试验", "Number of the trial"))] = None,
    as_json: Json = False,
) -> int:
    from inkstone.backend.cli.following import finish, start_child

    actor = opened()
    run = searches.promote(actor, search, trial=trial, launcher="cli")
    return finish(actor, run.id, start_child(run.id), as_json=as_json)


def _follow_or_leave(actor: Actor, search_id: str, *, detach: bool, as_json: bool) -> int:
    if detach:
        print_json(searches.get(actor, search_id)) if as_json else print_lines(
            say(
                "搜索 {id}；查看：inkstone search show {id}",
                "Search {id}; see: inkstone search show {id}",
                id=search_id,
            )
        )
        return OK
    return follow(actor, search_id, as_json=as_json)


def follow(actor: Actor, search_id: str, *, as_json: bool) -> int:
    """Show what a search does until it has ended, print its result, and return the exit code."""
    told: dict[int, str] = {}
    if not as_json:
        print_lines(say("搜索 {id}", "Search {id}", id=search_id))
    with _stopping(actor, search_id):
        while True:
            detail = searches.get(actor, search_id)
            for trial in detail.trials:
                if told.get(trial.number) != trial.state and not as_json:
                    note(_line(trial))
                told[trial.number] = trial.state
            if detail.search.state.is_final:
                break
            time.sleep(_PAUSE_SECONDS)
    _print(detail, as_json=as_json)
    return exit_code_of_state(detail.search.state)


def _line(trial: TrialView) -> str:
    value = "" if trial.value is None else f"{trial.value:.4f}"
    took = "" if trial.seconds is None or trial.state == "RUNNING" else f"{trial.seconds:.0f} s"
    name = tell(trial.title) if trial.title else "  ".join(f"{key}={value}" for key, value in trial.params.items())
    return f"#{trial.number:<3} {trial.state:<8} {value:<7} {took:<6} {name}"


def _print(detail: SearchDetail, *, as_json: bool) -> None:
    if as_json:
        print_json(detail)
        return
    view = detail.search
    print_lines(f"{view.id}  {view.name}  {view.state.value}  ({view.seconds:.0f} s)")
    for trial in detail.trials:
        print_lines(_line(trial) + (" ★" if trial.best else ""))
    for words in detail.report.get("words", []):
        print_lines(words[language()])
    if view.eta_seconds is not None:
        print_lines(say("大约还需 {s:.0f} 秒", "About {s:.0f} s left", s=view.eta_seconds))
    if detail.model:
        print_lines(say("模型 {model}", "Model {model}", model=detail.model))
    if view.error:
        note(InkstoneError.from_dict(view.error).message(language()))


@contextlib.contextmanager
def _stopping(actor: Actor, search_id: str) -> Iterator[None]:
    """Turn Ctrl-C into a stop of the search."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        note(say("正在停止……", "Stopping ..."))
        with contextlib.suppress(InkstoneError):
            searches.stop(actor, search_id)

    old = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
