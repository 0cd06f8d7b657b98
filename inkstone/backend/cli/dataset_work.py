"""``datasets profile|export|relabel|labels``: looking into datasets, taking them away, correcting their labels."""

from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.prediction import require_writable
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.cli.words import say
from inkstone.backend.service import data_export, data_health, labelling

Reference = Annotated[str, typer.Argument(metavar="DATASET", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to ``datasets``."""
    group.command("profile", help=say("显示各列的概况。", "Show what the columns hold."))(_profile)
    group.command("export", help=say("导出为 CSV。", "Write a CSV file."))(_export)
    group.command("relabel", help=say("改正标签，生成新版本。", "Correct labels as a new version."))(_relabel)
    group.command("labels", help=say("谁在何时标了什么。", "Who gave which label when."))(_labels)


def _profile(dataset: Reference, as_json: Json = False) -> None:
    with import_progress(dataset) as progress:
        found = data_health.profile(opened(), dataset, progress)
    if as_json:
        print_json(found)
        return
    titles = [say("列", "Column"), say("空", "Empty"), say("不同值", "Distinct"), say("字数中位", "Median length"), "95%",
              say("最长", "Longest"), say("重复", "Duplicates"), say("常见值", "Commonest")]  # fmt: skip
    rows = [
        (item.name, item.empty, item.distinct, item.median, item.p95, item.longest, item.duplicates,
         ", ".join(f"{value} ({count})" for value, count in item.values[:4]))
        for item in found.columns
    ]  # fmt: skip
    print_table(titles, rows, "")
    print_lines(say("共 {total} 行", "{total} rows", total=found.rows))


def _export(
    dataset: Reference, output: Annotated[Path, typer.Argument(help=say("要写的 CSV 文件", "The CSV file to write"))]
) -> None:
    require_writable(output)
    pieces = data_export.export_csv(opened(), dataset)
    unfinished = output.with_name(f".{output.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    print_lines(str(output))


def _relabel(
    dataset: Reference,
    corrections: Annotated[
        list[str], typer.Argument(metavar="ROW=LABEL...", help=say("行号从 0 数起", "rows count from 0"))
    ],
    as_json: Json = False,
) -> None:
    labels = {}
    for item in corrections:
        row, equals, name = item.partition("=")
        if not equals or not row.isdecimal():
            raise USAGE(problem=f"{item} ≠ ROW=LABEL", command="inkstone datasets relabel")
        labels[int(row)] = name
    view = labelling.edit_labels(opened(), dataset, labels)
    print_json(view) if as_json else print_lines(f"{view.reference}  {view.rows}")


def _labels(dataset: Reference, limit: Limit = 100, as_json: Json = False) -> None:
    found = labelling.history(opened(), dataset, limit)
    if as_json:
        print_json(found)
        return
    titles = [
        say("行", "Row"),
        say("标签", "Labels"),
        say("谁", "By"),
        say("何时", "When"),
        say("撤销于", "Taken back"),
    ]
    rows = [
        (item.row, " | ".join(item.labels) or say("（跳过）", "(skipped)"), item.by, item.at, item.undone_at)
        for item in found
    ]
    print_table(titles, rows, say("还没有人工标签。", "Nobody has labelled rows yet."))
