"""``datasets profile|export|relabel|mark|labels``: looking into datasets, taking them away, correcting their labels."""

import re
from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.prediction import require_writable
from inkstone.backend.cli.progress import import_progress
from inkstone.backend.cli.words import say
from inkstone.backend.service import data_export, data_health, labelling, span_labels, tag_suggestions
from inkstone.backend.service.span_labels import Span
from inkstone.backend.service.views import LabelView

_SPAN = re.compile(r"(\d+):(?:(\d+)-(\d+)=(.+)|none)")
Reference = Annotated[str, typer.Argument(metavar="DATASET", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]


def add_to(group: typer.Typer) -> None:
    """Add the commands of this module to ``datasets``."""
    group.command("profile", help=say("显示各列的概况。", "Show what the columns hold."))(_profile)
    group.command("export", help=say("导出为 CSV。", "Write a CSV file."))(_export)
    group.command("relabel", help=say("改正标签，生成新版本。", "Correct labels as a new version."))(_relabel)
    group.command("mark", help=say("标注文本中的实体，生成新版本。", "Mark entities in texts as a new version."))(_mark)
    group.command(
        "suggest", help=say("找出像这些标签的行（不需要模型）。", "Find rows that fit tags, without a model.")
    )(_suggest)
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


def _mark(
    dataset: Reference,
    spans: Annotated[
        list[str],
        typer.Argument(
            metavar="ROW:START-END=TYPE...",
            help=say(
                "行号和字符位置从 0 数起，END 不含在内；ROW:none 表示没有实体",
                "rows and characters count from 0, END not included; ROW:none: the text holds none",
            ),
        ),
    ],
    only_marked: Annotated[
        bool, typer.Option("--only-marked", help=say("只保留已标注的行", "Keep only rows with spans or marked as none"))
    ] = False,
    as_json: Json = False,
) -> None:
    marked: dict[int, list[Span]] = {}
    for item in spans:
        match = _SPAN.fullmatch(item)
        if match is None:
            raise USAGE(problem=f"{item} ≠ ROW:START-END=TYPE", command="inkstone datasets mark")
        row, start, end, label = match.groups()
        marked.setdefault(int(row), [])
        if label:
            marked[int(row)].append(Span(start=int(start), end=int(end), label=label))
    actor = opened()
    for row, found in marked.items():
        span_labels.mark(actor, dataset, row, found)
    view = span_labels.make_version(actor, dataset, only_marked=only_marked)
    print_json(view) if as_json else print_lines(f"{view.reference}  {view.rows}")


def _suggest(
    dataset: Reference,
    tags: Annotated[list[str], typer.Argument(metavar="TAG...", help=say("标签名称", "Names of tags"))],
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    actor = opened()
    with import_progress(dataset) as progress:
        found = tag_suggestions.suggest_now(actor, dataset, tags, progress)[:limit]
    if as_json:
        print_json(found)
        return
    titles = [say("行", "Row"), say("建议", "Suggestion"), say("把握", "Confidence")]
    rows = [(item["row"], item["suggestion"], f"{item['confidence']:.2f}") for item in found]
    print_table(titles, rows, "")


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
    rows = [(item.row, _said(item) or say("（跳过）", "(skipped)"), item.by, item.at, item.undone_at) for item in found]
    print_table(titles, rows, say("还没有人工标签。", "Nobody has labelled rows yet."))


def _said(item: LabelView) -> str:
    if item.spans is None:
        return " | ".join(item.labels)
    marked = (f"{span['start']}-{span['end']}={span['label']}" for span in item.spans)
    return " ".join(marked) or say("（没有实体）", "(no entity)")
