"""``inkstone tag``: category, labels, keywords and entities of texts."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines
from inkstone.backend.cli.words import say
from inkstone.backend.service import tagging
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.text_files import read_texts

_AT_ONCE = 512


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "tag",
        help=say("给文本打标：类别、标签、关键词、实体。", "Tag texts: category, labels, keywords, entities."),
    )(_tag)


def _tag(
    model: Annotated[str, typer.Argument(help=say("模型名称或 名称@版本", "Name of a model, or NAME@VERSION"))],
    *,
    text: Annotated[
        list[str] | None, typer.Option("--text", help=say("一条文本，可重复", "A text, repeatable"))
    ] = None,
    input_: Annotated[
        Path | None,
        typer.Option(
            "--input",
            help=say(
                "TXT（每行一条）或 CSV、JSONL、Excel 等表", "A TXT (one text a line), or a table: CSV, JSONL, Excel"
            ),
        ),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option("--column", help=say("文件中的文本列（默认猜测）", "Text column of the file (else guessed)")),
    ] = None,
    as_json: Json = False,
) -> None:
    actor = opened()
    if bool(text) == (input_ is not None):
        raise USAGE(problem=say("请给出 --text 或 --input", "give --text or --input"), command="inkstone tag")
    texts = text or _texts(input_, column)
    answers: list[dict[str, Any]] = []
    for start in range(0, len(texts), _AT_ONCE):
        part = texts[start : start + _AT_ONCE]
        found = tagging.tag(actor, model, part)
        answers += [{"text": item, **answer.model_dump()} for item, answer in zip(part, found, strict=True)]
    if as_json or input_ is not None:
        print_json(answers)
        return
    for answer in answers:
        print_lines(answer["text"], *_readable(answer))


def _texts(path: Path | None, column: str | None) -> list[str]:
    if path is None or not path.is_file():
        raise UPLOAD_MISSING(at="--input", name=str(path))
    return read_texts(path, sys.maxsize - 1, column).texts


def _readable(answer: dict[str, Any]) -> list[str]:
    lines = []
    if answer["category"]:
        shown = "  ".join(f"{item['pred']} {item['prob']:.1%}" for item in answer["category"][:3])
        lines.append(say("  类别    {shown}", "  category  {shown}", shown=shown))
    if answer["labels"] is not None:
        shown = "  ".join(f"{item['pred']} {item['prob']:.1%}" for item in answer["labels"]) or "–"
        lines.append(say("  标签    {shown}", "  labels    {shown}", shown=shown))
    if answer["keywords"] is not None:
        shown = "  ".join(map(_keyword, answer["keywords"])) or "–"
        lines.append(say("  关键词  {shown}", "  keywords  {shown}", shown=shown))
    if answer["entities"] is not None:
        shown = "  ".join(f"{e['text']}[{e['label']} {e['start']}–{e['end']}]" for e in answer["entities"]) or "–"
        lines.append(say("  实体    {shown}", "  entities  {shown}", shown=shown))
    return lines


def _keyword(item: dict[str, Any]) -> str:
    if item["spans"]:
        return str(item["word"])
    return say("{word}（不在原文中）", "{word} (not in the text)", word=item["word"])
