"""``datasets``: list, import, preview, roles, remove."""

from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli import dataset_work
from inkstone.backend.cli.documents import import_file
from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, Query, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.cli.words import say
from inkstone.backend.service import datasets
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.settings import readable_bytes
from inkstone.backend.service.views import DatasetVersionView

_Reference = Annotated[str, typer.Argument(metavar="DATASET", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(help=say("管理数据集。", "Manage datasets."), rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list", help=say("列出数据集。", "List datasets."))(_list)
    group.command("import", help=say("导入文件或文件夹。", "Import a file or a folder."))(_import)
    group.command("preview", help=say("显示几行。", "Show some rows."))(_preview)
    group.command("roles", help=say("显示或指定列的角色。", "Show or set what the columns mean."))(_roles)
    group.command("licence", help=say("显示或注明数据的许可。", "Show or note the licence of the data."))(_licence)
    group.command("remove", help=say("移到回收站。", "Move to the trash."))(_remove)
    dataset_work.add_to(group)
    app.add_typer(group, name="datasets")


def _default(context: typer.Context, as_json: Json = False) -> None:
    if context.invoked_subcommand is None:
        _list(as_json=as_json)


def _list(query: Query = "", limit: Limit = 100, as_json: Json = False) -> None:
    found = datasets.list_(opened(), query, limit)
    if as_json:
        print_json(found)
        return
    columns = [
        say("数据集", "Dataset"),
        say("行", "Rows"),
        say("大小", "Size"),
        say("角色", "Roles"),
        say("文件", "File"),
    ]
    rows = [
        (f"{item.name}@{item.latest.version}", item.latest.rows, readable_bytes(item.latest.bytes), _roles_text(item.latest),
         item.latest.file_name)
        for item in found
    ]  # fmt: skip
    print_table(columns, rows, say("还没有数据集。", "No datasets yet."))


def _import(
    file: Annotated[Path, typer.Argument(help=say("文件或文件夹", "A file or a folder"))],
    name: Annotated[str | None, typer.Option("--name", help=say("数据集名称", "Name of the dataset"))] = None,
    replace: Annotated[
        bool,
        typer.Option("--replace", help=say("列不同也建立新版本", "Make a new version even where the columns differ")),
    ] = False,
    as_json: Json = False,
) -> None:
    actor = opened()
    if not as_json and name is None and not replace:
        import_file(actor, file, "file")
        return
    if not file.exists():
        raise UPLOAD_MISSING(at="file", name=str(file))
    with import_progress(file.name) as progress:
        view = datasets.upload(actor, file, file.name, name, replace=replace, progress=progress)
    print_json(view) if as_json else print_lines(f"{view.reference}  {view.rows}")


def _preview(
    dataset: _Reference,
    limit: Limit = 10,
    offset: Annotated[int, typer.Option("--offset", min=0, help=say("跳过几行", "Skip this many rows"))] = 0,
    search: Annotated[
        str | None, typer.Option("--search", help=say("只显示含有这段文字的行", "Only rows that hold this text"))
    ] = None,
    as_json: Json = False,
) -> None:
    found = datasets.preview(opened(), dataset, offset, limit, search)
    if as_json:
        print_json(found)
        return
    print_table(found.columns, [[_short(cell) for cell in row] for row in found.rows], say("没有行。", "No rows."))
    print_lines(say("共 {total} 行", "{total} rows", total=found.total))


def _roles(
    dataset: _Reference,
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[ROLE=COLUMN]...", help="text=... label=...")
    ] = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    view = datasets.get(actor, dataset)
    if assignments:
        wrong = next((item for item in assignments if "=" not in item), None)
        if wrong is not None:
            raise USAGE(problem=f"{wrong} ≠ ROLE=COLUMN", command="inkstone datasets roles")
        view = datasets.set_roles(actor, dataset, dict(item.split("=", 1) for item in assignments))
    print_json(view.roles) if as_json else print_lines(_roles_text(view) or "-")


def _licence(
    dataset: _Reference,
    licence: Annotated[str | None, typer.Argument(metavar="[LICENCE]", help="CC BY 4.0")] = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    view = datasets.get(actor, dataset) if licence is None else datasets.set_licence(actor, dataset, licence)
    print_json({"dataset": view.name, "licence": view.licence}) if as_json else print_lines(view.licence or "-")


def _remove(dataset: _Reference, as_json: Json = False) -> None:
    datasets.trash(opened(), dataset)
    print_json({"removed": dataset}) if as_json else print_lines(
        say("已移到回收站：{name}", "Moved to the trash: {name}", name=dataset)
    )


def _roles_text(view: DatasetVersionView) -> str:
    return ", ".join(f"{role}={column}" for role, column in view.roles.items())


def _short(cell: object) -> object:
    return cell[:60] + "…" if isinstance(cell, str) and len(cell) > 60 else cell
