"""``record``, ``reproduce``, ``clone``, ``rows``, ``correct`` and ``why``: a run looked into, and done again."""

from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import BAD_INPUT, OK, print_json, print_lines, print_table
from inkstone.backend.cli.words import say
from inkstone.backend.pipeline.edit import parse_overrides
from inkstone.backend.service import evaluated_rows, run_record, run_repeating
from inkstone.backend.service.analysis import selections
from inkstone.backend.service.evaluated_rows import RowFilter
from inkstone.backend.service.run_errors import BAD_KIND
from inkstone.backend.service.run_repeating import Reproduction
from inkstone.backend.service.settings import readable_bytes

_Run = Annotated[str, typer.Argument(metavar="RUN", help=say("运行编号", "Id of a run"))]
_Node = Annotated[str, typer.Argument(metavar="NODE", help=say("评估节点", "The evaluation"))]
_Queue = Annotated[
    bool,
    typer.Option("--queue", help=say("交给 inkstone up 运行，不等待。", "Leave it to inkstone up, and do not wait.")),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "record",
        help=say("运行的记录：环境、时间线、来龙去脉。", "The record of a run: environment, timeline, lineage."),
    )(_record)
    app.command(
        "reproduce",
        help=say(
            "用同样的版本和种子再运行一次，并核对指标。", "Repeat a run with the same versions and seed, and compare."
        ),
    )(_reproduce)
    app.command("clone", help=say("修改参数后再运行。", "Run again with other parameters."))(_clone)
    app.command(
        "rows",
        help=say(
            "评估的测试行：判错的、最难的、临界的。", "Test rows of an evaluation: wrong, hard, near the threshold."
        ),
    )(_rows)
    app.command(
        "correct",
        help=say("更正测试行的标签，生成数据集新版本。", "Correct labels of test rows: a new version of the dataset."),
    )(_correct)
    app.command("why", help=say("解释一行为什么得到它的类别（遮挡法）。", "Why a test row got its class (occlusion)."))(
        _why
    )


def _record(run: _Run, as_json: Json = False) -> None:
    found = run_record.record(opened(), run)
    if as_json:
        print_json(found)
        return
    for bar in found.timeline:
        words = say("缓存", "cached") if bar.cached else f"{bar.end - bar.start:.1f} s"
        print_lines(f"{bar.start:8.1f} s  {bar.node:<20} {bar.state.value:<10} {words}")
    if found.samples:
        memory = max(item.memory_bytes for item in found.samples)
        cpus = max(item.cpus for item in found.samples)
        print_lines(
            say(
                "最高占用：{cpus} 个处理器，{memory}",
                "At most: {cpus} processors, {memory}",
                cpus=f"{cpus:.1f}",
                memory=readable_bytes(memory),
            )
        )
    for name in ("inkstone", "python", "platform", "seed", "executor"):
        if name in found.environment:
            print_lines(f"{name} {found.environment[name]}")
    for start, end, word in found.lineage.links:
        print_lines(f"{start} → {end} ({word})")


def _reproduce(run: _Run, queue: _Queue = False, as_json: Json = False) -> int:
    actor = opened()
    made = run_repeating.reproduce(actor, run, "supervisor" if queue else "cli")
    code = _carried_out(made.id, queue=queue, as_json=as_json)
    found = None if queue or code != OK else run_repeating.reproduction(actor, made.id)
    if found is not None:
        _say_reproduction(found, as_json=as_json)
    return code


def _clone(
    run: _Run,
    changes: Annotated[
        list[str], typer.Option("--set", help=say("节点.参数=值，可重复", "node.param=value, repeatable"))
    ] = [],  # noqa: B006
    seed: Annotated[int | None, typer.Option("--seed", min=0, help=say("另一个种子", "Another seed"))] = None,
    *,
    queue: _Queue = False,
    as_json: Json = False,
) -> int:
    launcher = "supervisor" if queue else "cli"
    made = run_repeating.clone(opened(), run, parse_overrides(changes), seed=seed, launcher=launcher)  # type: ignore[arg-type]
    return _carried_out(made.id, queue=queue, as_json=as_json)


def _carried_out(run_id: str, *, queue: bool, as_json: bool) -> int:
    from inkstone.backend.cli.following import finish, start_child

    if queue:
        print_json({"run": run_id, "state": "QUEUED"}) if as_json else print_lines(
            say("已排队：{run}", "Queued: {run}", run=run_id)
        )
        return OK
    return finish(opened(), run_id, start_child(run_id), as_json=as_json)


def _say_reproduction(found: Reproduction, *, as_json: bool) -> None:
    from inkstone.backend.cli.output import note

    tell = note if as_json else print_lines
    if found.different:
        names = ", ".join(found.different)
        tell(
            say(
                "{n} 个指标与原运行不同：{names}",
                "{n} figures differ from the original: {names}",
                n=len(found.different),
                names=names,
            )
        )
    else:
        tell(say("复现成功：{n} 个指标完全相同。", "Reproduced: {n} figures are exactly the same.", n=len(found.same)))


def _rows(
    run: _Run,
    node: _Node,
    *,
    kind: Annotated[str, typer.Option("--kind", help="all, wrong, confident, hardest, unsure")] = "confident",
    label: Annotated[str | None, typer.Option("--label", help=say("真实类别", "True class"))] = None,
    predicted: Annotated[str | None, typer.Option("--predicted", help=say("预测类别", "Predicted class"))] = None,
    contains: Annotated[str, typer.Option("--contains", help=say("包含文字", "The text holds this"))] = "",
    score: Annotated[str, typer.Option("--score", help=say("得分，如 0.5..0.9", "Score, such as 0.5..0.9"))] = "",
    length: Annotated[str, typer.Option("--length", help=say("字数，如 ..20", "Characters, such as ..20"))] = "",
    language: Annotated[str | None, typer.Option("--language", help="zh, latin, mixed, ja, ko, other, none")] = None,
    where: Annotated[str, typer.Option("--where", help=say("数据列=值", "COLUMN=VALUE of a column of the data"))] = "",
    save: Annotated[
        str, typer.Option("--save", help=say("把这些行存为数据集", "Save these rows as a dataset of this name"))
    ] = "",
    suite: Annotated[bool, typer.Option("--suite", help=say("存为测试集", "Save them as a test suite"))] = False,
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    if kind not in evaluated_rows.KINDS:
        raise BAD_KIND(at="kind", kind=kind, kinds=", ".join(evaluated_rows.KINDS))
    low, high = _bounds("--score", score)
    shortest, longest = (None if bound is None else int(bound) for bound in _bounds("--length", length))
    column, equals, value = where.partition("=")
    if where and not equals:
        raise USAGE(problem=f"--where {where}", command="inkstone rows")
    wanted = RowFilter(
        kind=kind,
        label=label,
        predicted=predicted,
        contains=contains,
        low=low,
        high=high,
        shortest=shortest,
        longest=longest,
        language=language,
        column=column if where else None,
        value=value if where else None,
    )
    if save:
        made = selections.save(opened(), run, node, wanted, save, purpose="suite" if suite else "dataset")
        print_json(made) if as_json else print_lines(
            say("已生成 {reference}", "Made {reference}", reference=made.reference)
        )
        return
    found = evaluated_rows.evaluated_rows(opened(), run, node, wanted, limit=limit)
    if as_json:
        print_json(found)
        return
    columns = [
        say("行", "Row"),
        say("真实", "True"),
        say("预测", "Predicted"),
        say("得分", "Score"),
        say("文本", "Text"),
    ]
    rows = [(row.row, row.label, row.predicted, row.score, row.text[:80].replace("\n", " ")) for row in found.rows]
    print_table(columns, rows, say("没有符合条件的行。", "No row fits."))
    print_lines(say("共 {n} 行", "{n} rows in all", n=found.total))


def _bounds(option: str, given: str) -> tuple[float | None, float | None]:
    """Return what ``0.5..0.9``, ``0.5..`` or ``..20`` means."""
    low, dots, high = given.partition("..")
    try:
        if given and not dots:
            raise ValueError
        return float(low) if low else None, float(high) if high else None
    except ValueError:
        raise USAGE(problem=f"{option} {given}", command="inkstone rows") from None


def _correct(
    run: _Run,
    node: _Node,
    labels: Annotated[
        list[str], typer.Argument(metavar="ROW=LABEL...", help=say("行号=标签", "Number of the row = its right label"))
    ],
    as_json: Json = False,
) -> int:
    given = {}
    for item in labels:
        row, equals, label = item.partition("=")
        if not (row.isdecimal() and equals and label):
            print_lines(say("请写成 行号=标签：{item}", "Write ROW=LABEL: {item}", item=item))
            return BAD_INPUT
        given[int(row)] = label
    made = evaluated_rows.correct(opened(), run, node, given)
    print_json(made) if as_json else print_lines(
        say("已生成 {reference}", "Made {reference}", reference=made.reference)
    )
    return OK


def _why(
    run: _Run,
    node: _Node,
    row: Annotated[int, typer.Argument(metavar="ROW", min=0)],
    as_json: Json = False,
) -> None:
    label, parts = evaluated_rows.explain(opened(), run, node, row)
    if as_json:
        print_json({"predicted": label, "parts": [{"text": part.text, "weight": part.weight} for part in parts]})
        return
    print_lines(say("预测：{label}", "Predicted: {label}", label=label))
    for part in sorted(parts, key=lambda item: -abs(item.weight))[:15]:
        print_lines(f"{part.weight:+.4f}  {part.text!r}")
