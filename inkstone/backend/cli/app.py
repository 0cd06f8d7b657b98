"""All commands in one place. Each module of this folder adds its own."""

import typer

from inkstone.backend.cli import (
    analysis,
    compare,
    datasets,
    deployments,
    doctor,
    encoders,
    interchange,
    learning,
    models,
    palette,
    registry,
    risk,
    run,
    run_again,
    run_lists,
    runs,
    searching,
    tagging,
    up,
    users,
    webhooks,
)
from inkstone.backend.cli.words import say


def make_app() -> typer.Typer:
    """Return the command line."""
    app = typer.Typer(
        name="inkstone",
        help=say(
            "Inkstone：从带标签的文件到训练、评估、演示和导出的模型。",
            "Inkstone: from a labelled file to a trained, evaluated, demonstrated and exported model.",
        ),
        epilog=say(
            "所有命令都接受 --json 和 --lang zh|en。退出码：0 成功，1 运行失败，2 输入有误，3 已停止，4 未找到。",
            "Every command takes --json and --lang zh|en. Exit codes: 0 ok, 1 run failed, 2 bad input, 3 stopped, 4 not found.",
        ),
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_common)
    for module in (
        up,
        run,
        runs,
        run_lists,
        run_again,
        interchange,
        searching,
        compare,
        learning,
        palette,
        encoders,
        datasets,
        doctor,
        models,
        registry,
        analysis,
        deployments,
        users,
        risk,
        tagging,
        webhooks,
    ):
        module.add_to(app)
    return app


def _print_version(wanted: bool) -> None:
    if wanted:
        import inkstone

        print(f"inkstone {inkstone.__version__}")
        raise typer.Exit


def _common(
    version: bool = typer.Option(
        False,
        "--version",
        is_eager=True,
        callback=_print_version,
        help=say("显示版本。", "Show the version."),
    ),
) -> None:
    return None
