"""``registry``: history, aliases, rules of promotion, cards, comparison, import of bundles."""

from pathlib import Path
from typing import Annotated

import typer

from inkstone.backend.cli.options import Json, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import language, say, tell
from inkstone.backend.service.registry import aliases, bundles, card, comparing, promotion, stages

_Model = Annotated[
    str, typer.Argument(metavar="MODEL", help=say("名称@版本或别名", "NAME, NAME@VERSION or NAME@alias"))
]
_Figure = Annotated[str, typer.Option("--figure", help="macro_f1, accuracy, weighted_f1, f1/CLASS")]
_TestSet = Annotated[
    str,
    typer.Option(
        "--test-set", help=say("dataset:名称@版本；空：各自运行的测试行", "dataset:NAME@N; else the rows of their runs")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(
        help=say("模型登记：历史、别名、升级规则、卡片。", "The model registry: history, aliases, rules, cards."),
        rich_markup_mode=None,
        no_args_is_help=True,
    )
    group.command("history", help=say("谁在何时把哪个版本移到哪个阶段。", "Who moved which version where, and when."))(
        _history
    )
    group.command("aliases", help=say("列出别名。", "List aliases."))(_aliases)
    group.command("alias", help=say("让别名指向一个版本。", "Let an alias mean a version."))(_alias)
    group.command("unalias", help=say("去掉别名。", "Take an alias away."))(_unalias)
    group.command("rule", help=say("显示、设置或去掉升级规则。", "Show, set or remove the rule of promotion."))(_rule)
    group.command("check", help=say("这个版本能否升为生产版本。", "Whether a version may become production."))(_check)
    group.command("card", help=say("模型卡片（Markdown）。", "The model card, as Markdown."))(_card)
    group.command("describe", help=say("写明模型的用途。", "Say what a model is for."))(_describe)
    group.command("compare", help=say("并列比较版本。", "Versions side by side."))(_compare)
    group.command("import", help=say("导入 inkstone export 写出的 zip。", "Import a zip that inkstone export wrote."))(
        _import
    )
    app.add_typer(group, name="registry")


def _history(model: _Model, as_json: Json = False) -> None:
    found = stages.history(opened(), model)
    if as_json:
        print_json(found)
        return
    columns = [
        say("时间", "When"),
        say("版本", "Version"),
        say("从", "From"),
        say("到", "To"),
        say("由", "By"),
        say("理由", "Reason"),
    ]
    rows = [
        (item.at, item.reference, item.before, item.after, item.by,
         (say("越过规则：", "overridden: ") if item.overridden else "") + item.reason)
        for item in found
    ]  # fmt: skip
    print_table(columns, rows, "-")


def _aliases(model: _Model, as_json: Json = False) -> None:
    found = aliases.list_(opened(), model)
    if as_json:
        print_json(found)
        return
    rows = [(item.reference, item.version, item.at, item.by) for item in found]
    columns = [say("别名", "Alias"), say("版本", "Version"), say("时间", "When"), say("由", "By")]
    print_table(columns, rows, say("没有别名。", "No aliases."))


def _alias(model: _Model, alias: Annotated[str, typer.Argument(metavar="ALIAS")], as_json: Json = False) -> None:
    view = aliases.set_(opened(), model, alias)
    print_json(view) if as_json else print_lines(f"{view.reference} → {view.version}")


def _unalias(model: _Model, alias: Annotated[str, typer.Argument(metavar="ALIAS")], as_json: Json = False) -> None:
    aliases.remove(opened(), model, alias)
    print_json({"removed": alias}) if as_json else print_lines(say("已去掉 {name}", "Removed {name}", name=alias))


def _rule(
    model: _Model,
    *,
    figure: Annotated[str | None, typer.Option("--figure", help="macro_f1, accuracy, weighted_f1, f1/CLASS")] = None,
    test_set: _TestSet = "",
    remove: Annotated[bool, typer.Option("--remove", help=say("去掉规则", "Remove the rule"))] = False,
    as_json: Json = False,
) -> None:
    actor = opened()
    if remove:
        promotion.remove_rule(actor, model)
    elif figure or test_set:
        promotion.set_rule(actor, model, figure or "macro_f1", test_set)
    found = promotion.rule_of(actor, model)
    if as_json:
        print_json(found)
    elif found is None:
        print_lines(say("没有升级规则。", "No rule of promotion."))
    else:
        place = found.test_set or say("各自运行的测试行", "the test rows of their runs")
        print_lines(say("必须在 {place} 上以 {figure} 胜过生产版本。", "Must beat production in {figure} on {place}.",
                        place=place, figure=found.figure))  # fmt: skip


def _check(model: _Model, as_json: Json = False) -> None:
    found = promotion.check(opened(), model)
    print_json(found) if as_json else print_lines(("✓ " if found.passed else "✗ ") + tell(found.words))


def _card(
    model: _Model,
    output: Annotated[Path | None, typer.Option("--output", help=say("写到文件", "Write to a file"))] = None,
    as_json: Json = False,
) -> None:
    view = card.card(opened(), model)
    if as_json:
        print_json(view)
        return
    words = card.as_markdown(view, language())
    if output is None:
        print_lines(words)
        return
    from inkstone.backend.cli.prediction import require_writable

    require_writable(output)
    output.write_text(words, "utf-8")
    print_lines(str(output))


def _describe(model: _Model, text: Annotated[str, typer.Argument(metavar="TEXT")], as_json: Json = False) -> None:
    card.describe(opened(), model, text)
    print_json({"model": model, "description": text}) if as_json else print_lines(text)


def _compare(
    model: Annotated[
        list[str], typer.Argument(metavar="MODEL...", help=say("第一个是对照", "The first is the baseline"))
    ],
    figure: _Figure = "macro_f1",
    test_set: _TestSet = "",
    every: Annotated[bool, typer.Option("--all", help=say("也显示相同的", "Also what is the same"))] = False,
    as_json: Json = False,
) -> None:
    found = comparing.compare(opened(), model, figure=figure, test_set=test_set)
    if as_json:
        print_json(found)
        return
    rows = [(line.name, *line.values) for line in found.lines if every or line.differs or len(found.versions) == 1]
    print_table(["", *found.versions], rows, say("没有差别。", "No differences."))
    print_lines(*(tell(item.words) for item in found.checks))


def _import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=say("模型 zip", "A zip with a model"))],
    name: Annotated[str, typer.Option("--name", help=say("模型名称", "Name of the model"))],
    sha256: Annotated[str | None, typer.Option("--sha256", help=say("zip 的摘要", "Digest of the zip"))] = None,
    as_json: Json = False,
) -> None:
    view = bundles.import_(opened(), file, name, sha256=sha256)
    print_json(view) if as_json else print_lines(say("已登记 {name}", "Registered {name}", name=view.reference))
