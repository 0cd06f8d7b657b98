"""``decide``, ``lexicons``, ``reviews``: risk control from the command line."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.service import lexicons, reviews, risk
from inkstone.backend.service.errors import UPLOAD_MISSING
from inkstone.backend.service.risk_views import Reason

_Name = Annotated[str | None, typer.Argument(metavar="[NAME]", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "decide",
        help=say("用风控模型判断文本：拦截、复审或放行，带理由。", "Block, review or pass texts, with reasons."),
    )(_decide)
    app.command("lexicons", help=say("列出、导入、导出、删除词库。", "List, import, export and remove word lists."))(
        _lexicons
    )
    app.command(
        "reviews", help=say("复审队列：查看、判断、生成数据集。", "The review queue: look, judge, make a dataset.")
    )(_reviews)


def _decide(
    model: Annotated[str, typer.Argument(metavar="MODEL", help=say("风控模型", "A risk-control model"))],
    *,
    text: Annotated[
        list[str] | None, typer.Option("--text", help=say("一条文本，可重复", "A text, repeatable"))
    ] = None,
    input_: Annotated[
        Path | None, typer.Option("--input", help=say("每行一条文本的文件", "A file with one text a line"))
    ] = None,
    queue: Annotated[
        bool, typer.Option("--queue", help=say("需要人看的进入复审队列", "Put what needs a person into the queue"))
    ] = False,
    as_json: Json = False,
) -> None:
    actor = opened()
    texts = list(text or [])
    if input_ is not None:
        if not input_.is_file():
            raise UPLOAD_MISSING(at="--input", name=str(input_))
        # Not splitlines: other separators, such as U+2028, belong to the text.
        texts += [line for line in input_.read_text("utf-8-sig", errors="replace").split("\n") if line.strip()]
    if not texts:
        raise USAGE(problem=say("请给出 --text 或 --input", "give --text or --input"), command="inkstone decide")
    for start in range(0, len(texts), risk.MOST_TEXTS):
        part = texts[start : start + risk.MOST_TEXTS]
        answers = risk.decide(actor, model, part, queue)
        if as_json:
            print_json([{"text": item, **answer.model_dump()} for item, answer in zip(part, answers, strict=True)])
            continue
        for item, answer in zip(part, answers, strict=True):
            print_lines(f"{answer.decision:6} {'; '.join(answer.classes)}  {answer.score:.2%}  {item[:120]}")
            print_lines(*(f"       {line}" for line in map(_reason, answer.reasons)))


def _reason(reason: Reason) -> str:
    if reason.kind == "model":
        tokens = "、".join(item.text for item in reason.tokens or [])
        return f"{reason.action or ''} {reason.label} {reason.score:.2%} ≥ {reason.threshold:.4g}  {tokens}".lstrip()
    if reason.kind == "word":
        return f"“{reason.text}” → {reason.word} [{reason.category}, {reason.severity}, {reason.how}]"
    return f"{reason.contact}: {reason.value}"


def _lexicons(
    name: _Name = None,
    *,
    import_: Annotated[
        Path | None, typer.Option("--import", help=say("导入 TXT 或 CSV", "Import a TXT or CSV"))
    ] = None,
    category: Annotated[
        str, typer.Option("--category", help=say("没有写类别的词的类别", "Category of words without one"))
    ] = "",
    severity: Annotated[
        Literal["block", "review", "note", "allow"],
        typer.Option("--severity", help=say("没有写级别的词的级别", "Severity of words without one")),
    ] = "block",
    add: Annotated[bool, typer.Option("--add", help=say("保留已有的词", "Keep the words that are there"))] = False,
    export: Annotated[
        Path | None, typer.Option("--export", help=say("导出到 .csv 或 .txt", "Write to .csv or .txt"))
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help=say("移到回收站", "Move to the trash"))] = False,
    as_json: Json = False,
) -> None:
    actor = opened()
    if import_ is not None:
        if not import_.is_file():
            raise UPLOAD_MISSING(at="--import", name=str(import_))
        found = [
            lexicons.import_file(
                actor, import_.read_bytes(), import_.name, name=name, category=category, severity=severity, add=add
            )
        ]
    elif name is None:
        found = [item.latest for item in lexicons.list_(actor)]
    elif export is not None:
        with export.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lexicons.export(actor, name, export.suffix.lstrip(".").lower()))
        found = [lexicons.get(actor, name)]
    elif remove:
        lexicons.trash(actor, name)
        print_json({"removed": name}) if as_json else print_lines(
            say("已移到回收站：{name}", "Moved to the trash: {name}", name=name)
        )
        return
    else:
        found = lexicons.versions(actor, name)
    if as_json:
        print_json(found)
        return
    columns = [say("词库", "Word list"), say("词数", "Words"), say("类别", "Categories"), say("作者", "By")]
    rows = [(item.reference, item.words, len(item.categories), item.made_by) for item in found]
    print_table(columns, rows, say("还没有词库。", "No word lists yet."))


def _reviews(
    model: _Name = None,
    *,
    judge: Annotated[str | None, typer.Option("--judge", help=say("复审编号", "Id of a review"))] = None,
    label: Annotated[
        list[str] | None,
        typer.Option("--label", help=say("它的类别，可重复（不写则搁置）", "Its class, repeatable (none: put aside)")),
    ] = None,
    dataset: Annotated[
        bool, typer.Option("--dataset", help=say("把人工标签做成数据集版本", "Make a dataset version of the labels"))
    ] = False,
    base: Annotated[
        str | None, typer.Option("--add-to", help=say("加到这个数据集里", "Add them to this dataset"))
    ] = None,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    actor = opened()
    if judge is not None:
        done = reviews.judge(actor, judge, label or None)
        shown = "; ".join(done.said) or "–"
        print_json(done) if as_json else print_lines(f"{done.id}  {shown}  {done.text[:80]}")
    elif model is None:
        found = reviews.counts(actor)
        columns = [say("模型", "Model"), say("等待", "Waiting"), say("已判断", "Judged")]
        rows = [(item.model, item.waiting, item.judged) for item in found]
        print_json(found) if as_json else print_table(columns, rows, say("队列是空的。", "The queue is empty."))
    elif dataset:
        version = reviews.make_version(actor, model, base)
        print_json(version) if as_json else print_lines(f"{version.name}@{version.version}  {version.rows}")
    else:
        waiting = reviews.list_(actor, model, limit=limit)
        lines = [(item.id, "; ".join(item.classes), item.decision["score"], item.text[:80]) for item in waiting]
        columns = ["id", say("类别", "Class"), say("分数", "Score"), say("文本", "Text")]
        print_json(waiting) if as_json else print_table(columns, lines, say("队列是空的。", "The queue is empty."))
