"""``inkstone run``: data in, model out, in one command."""

import re
from pathlib import Path
from typing import Annotated, Any

import typer

from inkstone.backend.cli.documents import bound_document, template_or_file
from inkstone.backend.cli.following import finish, start_child
from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.words import say
from inkstone.backend.pipeline.edit import apply_overrides, parse_overrides
from inkstone.backend.service import runs


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run", help=say("运行方案模板或流程文件。", "Run a solution template or a pipeline file."))(_run)


def _option(name: str, zh: str, en: str, flag: bool = False) -> Any:
    return typer.Option(name, help=say(zh, en), metavar=None if flag else name.strip("-").upper())


def _run(
    template: Annotated[str, typer.Argument(help=say("模板名称或 YAML 文件", "Name of a template, or a YAML file"))],
    *,
    data: Annotated[
        Path | None, _option("--data", "带标签的文件、文件夹或 dataset:名称", "Labelled file, folder or dataset:NAME")
    ] = None,
    dev: Annotated[Path | None, _option("--dev", "开发集文件（否则自动划分）", "Dev file (else split off)")] = None,
    test: Annotated[Path | None, _option("--test", "测试集文件（否则自动划分）", "Test file (else split off)")] = None,
    unlabelled: Annotated[Path | None, _option("--unlabelled", "未标注文本的文件", "File of unlabelled texts")] = None,
    text: Annotated[str | None, _option("--text", "文本列（否则猜测）", "Text column (else guessed)")] = None,
    text_pair: Annotated[str | None, _option("--text-pair", "第二文本列", "Second text column")] = None,
    label: Annotated[str | None, _option("--label", "标签列（否则猜测）", "Label column (else guessed)")] = None,
    labels: Annotated[
        str | None, _option("--labels", "多标签列（否则猜测）", "Label list column (else guessed)")
    ] = None,
    entities: Annotated[str | None, _option("--entities", "实体列（否则猜测）", "Entity column (else guessed)")] = None,
    keywords: Annotated[
        str | None, _option("--keywords", "关键词列（否则猜测）", "Keyword column (else guessed)")
    ] = None,
    encoder: Annotated[str | None, _option("--encoder", "编码器名称或文件夹", "Encoder: a name or a folder")] = None,
    name: Annotated[str | None, _option("--name", "登记的模型名称", "Name of the registered model")] = None,
    set_: Annotated[list[str] | None, _option("--set", "节点.参数=值，可重复", "node.param=value, repeatable")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=say("随机种子", "Seed"))] = None,
    fresh: Annotated[bool, _option("--fresh", "不使用缓存", "Use nothing from the cache", flag=True)] = False,
    to: Annotated[str | None, _option("--to", "只运行到这个节点", "Run up to this node")] = None,
    executor: Annotated[str | None, _option("--executor", "local 或 ray", "local or ray")] = None,
    as_json: Json = False,
) -> int:
    actor = opened()
    document, template_name = template_or_file(actor, template)
    files = {"data": data, "dev": dev, "test": test, "unlabelled": unlabelled}
    choices = {"encoder": _encoder(encoder), "name": name}
    columns = {"text": text, "text_pair": text_pair, "label": label}
    columns |= {"labels": labels, "entities": entities, "keywords": keywords}
    document = bound_document(actor, document, files, choices, columns)
    document = apply_overrides(document, parse_overrides(set_ or []))
    options = {"seed": seed, "fresh": fresh, "to": to, "executor": executor}
    given = {key: value for key, value in options.items() if value not in (None, False)}
    run = runs.start(actor, document, template=template_name, options=given, launcher="cli")
    return finish(actor, run.id, start_child(run.id), as_json=as_json)


def _encoder(reference: str | None) -> str | None:
    """Return a folder as an absolute path: the run process works elsewhere."""
    if reference and (re.match(r"^[./~]", reference) or Path(reference).is_dir()):
        return str(Path(reference).expanduser().resolve())
    return reference
