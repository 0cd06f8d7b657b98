"""``encoders``: list, import, verify."""

from pathlib import Path
from typing import Annotated, Any

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.service import encoders
from inkstone.backend.service.settings import readable_bytes


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help=say("训练可以从中开始的编码器：列出、导入、校验。", "Encoders that training can start from."),
        rich_markup_mode=None,
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list", help=say("列出编码器。", "List encoders."))(_list)
    group.command("import", help=say("从文件夹或 zip 导入编码器。", "Import an encoder from a folder or a zip."))(
        _import
    )
    group.command("verify", help=say("核对文件摘要。", "Compare its files with their digests."))(_verify)
    app.add_typer(group, name="encoders")


def _default(context: typer.Context, as_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


def _list(as_json: Json = False) -> None:
    found = encoders.list_(opened())
    if as_json:
        print_json(found)
        return
    columns = [
        say("编码器", "Encoder"),
        say("参数", "Weights"),
        say("语言", "Languages"),
        say("许可", "Licence"),
        say("来源", "Origin"),
        say("状态", "State"),
    ]
    print_table(columns, [_row(item) for item in found], say("没有编码器", "no encoders"))
    print_lines(
        say(
            "未固定：目录里没有写明版本，下载到的是最新版本。未下载的可放到 INKSTONE_HOME/encoders/名称，或用 inkstone encoders import 导入。",
            "unpinned: the catalogue names no revision, the newest is fetched. What is not here can be put into"
            " INKSTONE_HOME/encoders/NAME, or imported: inkstone encoders import.",
        )
    )


def _row(item: dict[str, Any]) -> tuple[str, ...]:
    weights = f"{item['parameters'] / 1e6:.1f} M" if item["parameters"] else "-"
    state = say("可用", "ready") if item["ready"] else say("未下载", "not here")
    if item["bytes"]:
        state += f", {readable_bytes(item['bytes'])}"
    if item["pinned"] is not None:
        state += say("，已固定", ", pinned") if item["pinned"] else say("，未固定", ", unpinned")
    return item["name"], weights, " ".join(item["languages"]) or "-", item["licence"] or "-", item["origin"], state


def _import(
    source: Annotated[
        Path,
        typer.Argument(metavar="FOLDER|ZIP", help=say("Hugging Face 格式的文件夹或 zip", "In Hugging Face format")),
    ],
    name: Annotated[str, typer.Option("--name", help=say("编码器名称", "What to call it"))],
    sha256: Annotated[
        str | None,
        typer.Option(
            "--sha256",
            help=say(
                "只有 pytorch_model.bin 时它的 SHA-256；相符才转换成 safetensors",
                "SHA-256 of pytorch_model.bin where there are no safetensors; it is converted if it agrees",
            ),
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help=say("替换同名编码器", "Replace one of that name"))] = False,
    as_json: Json = False,
) -> None:
    made = encoders.import_(opened(), source, name, sha256, replace=replace)
    print_json(made) if as_json else print_lines(
        say("已导入 {name}：{folder}", "Imported {name}: {folder}", name=made["name"], folder=made["folder"])
    )


def _verify(
    name: Annotated[str, typer.Argument(help=say("编码器名称", "Name of an encoder"))], as_json: Json = False
) -> None:
    checked = encoders.verify(opened(), name)
    print_json(checked) if as_json else print_lines(
        say("{name}：文件与摘要一致。", "{name}: all files agree with their digests.", name=name)
    )
