"""``deploy``, ``deployments``, ``serve``."""

from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import note, print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.service import deployments
from inkstone.backend.service.deployment_views import DeploymentView, DriftView
from inkstone.backend.service.drift import drift

_Model = Annotated[str, typer.Argument(metavar="MODEL", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]
_Name = Annotated[str, typer.Option("--name", help=say("服务名称（默认同模型）", "Name (by default the model's)"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("deploy", help=say("让一个模型版本对外应答。", "Let a model version answer requests."))(_deploy)
    app.command("deployments", help=say("列出或管理服务。", "List deployments, or manage one."))(_deployments)
    app.command(
        "serve",
        help=say("部署模型并单独提供 REST 服务（不含网页），Ctrl-C 结束。", "Deploy a model and serve REST alone, without pages; Ctrl-C ends it."),
    )(_serve)  # fmt: skip


def _deploy(model: _Model, *, name: _Name = "", as_json: Json = False) -> None:
    made = deployments.create(opened(), model, name)
    print_json(made) if as_json else print_lines(_sentence(made))


def _deployments(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help=say("服务名称", "Name of a deployment"))] = None,
    *,
    model: Annotated[str | None, typer.Option("--model", help=say("切换到这个版本", "Change to this version"))] = None,
    canary: Annotated[
        str | None, typer.Option("--canary", help=say("让这个版本应答一部分请求", "A version for a share of the requests"))
    ] = None,
    share: Annotated[float, typer.Option("--share", help=say("试用份额", "Share of the canary"))] = 0.1,
    end_canary: Annotated[bool, typer.Option("--end-canary", help=say("结束试用", "End the canary"))] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help=say("回退到上一版本", "Go back"))] = False,
    stop: Annotated[bool, typer.Option("--stop", help=say("停止应答", "Stop answering"))] = False,
    start: Annotated[bool, typer.Option("--start", help=say("重新应答", "Answer again"))] = False,
    remove: Annotated[bool, typer.Option("--remove", help=say("删除服务", "Remove it"))] = False,
    drift_hours: Annotated[
        int, typer.Option("--drift", min=1, help=say("与训练数据比较最近多少小时", "Hours to hold against the training data"))
    ] = 24,
    as_json: Json = False,
) -> None:  # fmt: skip
    actor = opened()
    if name is None:
        _list(deployments.list_(actor), as_json)
        return
    if remove:
        deployments.trash(actor, name)
        print_json({"removed": name}) if as_json else print_lines(say("已删除：{name}", "Removed: {name}", name=name))
        return
    if model is not None:
        deployments.change(actor, name, model)
    if canary is not None or end_canary:
        deployments.canary(actor, name, canary, share)
    if rollback:
        deployments.rollback(actor, name)
    if stop or start:
        deployments.set_running(actor, name, start)
    found = deployments.get(actor, name)
    if as_json:
        facts = {"usage": deployments.usage(actor, name), "drift": drift(actor, name, drift_hours)}
        print_json(found.model_dump(mode="json") | facts)
        return
    print_lines(_sentence(found))
    columns = [say("分钟", "Minute"), say("模型", "Model"), say("请求", "Requests"), say("文本", "Texts"),
               say("拒绝", "Refused"), "P50 ms", "P99 ms"]  # fmt: skip
    rows = [
        (item.minute.strftime("%H:%M"), item.model, item.requests, item.texts, item.refused, item.p50_ms, item.p99_ms)
        for item in deployments.usage(actor, name)[-20:]
    ]
    print_table(columns, rows, say("最近一小时没有请求。", "No requests within the last hour."))
    _drift(drift(actor, name, drift_hours))


def _drift(found: DriftView) -> None:
    """Say how far lengths and labels have moved since training."""
    for name, figure in ((say("文本长度", "lengths"), found.lengths), (say("标签", "labels"), found.labels)):
        if figure is not None:
            print_lines(
                say("{name}漂移：PSI {index}（{verdict}）", "Drift of {name}: PSI {index} ({verdict})", name=name, index=f"{figure.index:.3f}", verdict=_VERDICTS[figure.verdict])
            )  # fmt: skip


_VERDICTS = {
    "steady": say("与训练时相近", "like training"),
    "some": say("有变化", "moved"),
    "much": say("变化很大", "moved far"),
}


def _serve(
    model: _Model,
    *,
    name: _Name = "",
    host: Annotated[str, typer.Option("--host", help=say("监听地址", "Address to serve on"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=say("端口", "Port"))] = 8502,
    replicas: Annotated[
        int | None,
        typer.Option("--replicas", min=1, max=1000, help=say("用 Ray Serve 启动的进程数", "Processes, by Ray Serve")),
    ] = None,
    most: Annotated[
        int | None,
        typer.Option("--most", min=1, max=1000, help=say("繁忙时最多多少个进程", "Processes at most, under load")),
    ] = None,
) -> None:
    from inkstone.backend.cli.up import require_free
    from inkstone.backend.service.binding import check_binding

    actor = opened()
    check_binding(host)
    require_free(host, port)
    made = deployments.deploy(actor, model, name)
    note(_sentence(made))
    address = f"http://{host}:{port}/api/v1/deployments/{made.name}/{'tag' if made.tags else 'predict'}"
    if replicas is None and most is None:
        _serve_here(made.name, host, port, address)
        return
    from inkstone.backend.api.ray_serving import ray_serving, wait

    least = replicas or 1
    with ray_serving(made.name, host, port, least, max(least, most or least)):
        note(address)
        wait()


def _serve_here(name: str, host: str, port: int, address: str) -> None:
    """Serve in this process until Ctrl-C; the model is loaded and warmed up before the first request comes."""
    import uvicorn

    from inkstone.backend.api.serving_app import create_serving_app
    from inkstone.backend.serving.live import LIVE

    LIVE.load(name)

    note(address)
    uvicorn.run(create_serving_app(host), host=host, port=port, log_config=None, timeout_graceful_shutdown=10)


def _list(found: list[DeploymentView], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    columns = [say("服务", "Deployment"), say("模型", "Model"), say("试用", "Canary"), say("状态", "State")]
    rows = [
        (item.name, item.model, f"{item.canary} {item.canary_share:.0%}" if item.canary else "", _state(item))
        for item in found
    ]
    print_table(
        columns, rows, say("还没有服务。运行：inkstone deploy 模型", "No deployments yet. Run: inkstone deploy MODEL")
    )


def _state(item: DeploymentView) -> str:
    return say("应答中", "answering") if item.running else say("已停止", "stopped")


def _sentence(item: DeploymentView) -> str:
    return say("{name} → {model}（{state}）", "{name} → {model} ({state})", name=item.name, model=item.model, state=_state(item))  # fmt: skip
