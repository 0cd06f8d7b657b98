"""``thresholds``: what thresholds of a model's classes do on its dev rows, and saving them; ``behaviour``: CheckList tests;
``slices`` and ``disagreements``: where models are weak, and where two differ.
"""

from typing import Annotated

import typer

from inkstone.backend.cli.errors import USAGE
from inkstone.backend.cli.options import Json, Limit, opened
from inkstone.backend.cli.output import print_json, print_lines, print_table
from inkstone.backend.cli.words import say, tell
from inkstone.backend.service.analysis import behaviour, slices, thresholds
from inkstone.backend.service.analysis.behaviour import BehaviourWish
from inkstone.backend.service.analysis.thresholds import Thresholds, Wish
from inkstone.backend.service.comparing import disagreements
from inkstone.backend.service.comparing.disagreements import DisagreementFilter
from inkstone.backend.service.run_errors import BAD_KIND
from inkstone.components.nlp.risk.policy import ClassPolicy
from inkstone.components.nlp.risk.thresholds import NEVER, Costs

_Model = Annotated[str, typer.Argument(metavar="MODEL", help=say("名称，或 名称@版本", "NAME or NAME@VERSION"))]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(
        "thresholds",
        help=say(
            "在开发集上试每个类别的阈值，并存为模型的策略。",
            "Try thresholds of classes on dev rows, and save them as the policy.",
        ),
    )(_thresholds)
    app.command("disagreements", help=say("两个模型意见不同的测试行。", "Test rows on which two models disagree."))(
        _disagreements
    )
    app.command("slices", help=say("模型明显较弱的数据切片。", "Slices of a test on which a model is weak."))(_slices)
    app.command(
        "behaviour",
        help=say(
            "行为测试：笔误、换姓名、否定等（CheckList）。", "Behavioural tests: typos, names, negation (CheckList)."
        ),
    )(_behaviour)


def _thresholds(
    model: _Model,
    *,
    classes: Annotated[
        list[str],
        typer.Option(
            "--class",
            help=say(
                "类别=复审..拦截；没有正常类别时 类别=阈值。可重复",
                "CLASS=REVIEW..BLOCK, or CLASS=ACCEPT where no class is harmless; repeatable",
            ),
        ),
    ] = [],  # noqa: B006
    safe: Annotated[
        str | None,
        typer.Option("--safe", help=say("表示正常文本的类别；- 表示没有", "The class of harmless texts; - for none")),
    ] = None,
    goal: Annotated[str | None, typer.Option("--goal", help="precision, recall, cost")] = None,
    wished: Annotated[float, typer.Option("--wished", min=0.01, max=1, help=say("目标值", "The wished value"))] = 0.95,
    costs: Annotated[
        str, typer.Option("--costs", help=say("漏过,误判,复审 的代价", "Cost of a miss, a wrong decision, a review"))
    ] = "5,3,0.5",
    data: Annotated[
        str | None, typer.Option("--data", help=say("代替开发集的数据集", "A dataset instead of the dev rows"))
    ] = None,
    save: Annotated[bool, typer.Option("--save", help=say("存为模型的新版本", "Save as the next version"))] = False,
    as_json: Json = False,
) -> None:
    if goal not in (None, "precision", "recall", "cost"):
        raise USAGE(problem=f"--goal {goal}", command="inkstone thresholds")
    numbers = [_number(item, costs) for item in costs.split(",")]
    if len(numbers) != len(Costs._fields):
        raise USAGE(problem=f"--costs {costs}", command="inkstone thresholds")
    wish = Wish(
        data=data,
        safe=safe,
        classes=dict(_class(item) for item in classes),
        goal=goal,
        wished=wished,
        costs=(numbers[0], numbers[1], numbers[2]),
    )
    actor = opened()
    if save:
        made = thresholds.save(actor, model, wish)
        print_json(made) if as_json else print_lines(say("已保存为 {model}", "Saved as {model}", model=made.reference))
        return
    found = thresholds.look(actor, model, wish)
    print_json(found) if as_json else _print(found)


def _behaviour(
    model: _Model,
    *,
    data: Annotated[
        str | None, typer.Option("--data", help=say("代替开发集的数据集", "A dataset instead of the dev rows"))
    ] = None,
    suite: Annotated[str | None, typer.Option("--suite", help=say("自建测试集", "A dataset of right answers"))] = None,
    polar: Annotated[list[str], typer.Option("--polar", help=say("情感类别", "Class of feeling"))] = [],  # noqa: B006
    added: Annotated[list[str], typer.Option("--added", help=say("类别=短语", "CLASS=PHRASE"))] = [],  # noqa: B006
    rows: Annotated[int, typer.Option("--rows", min=1, max=behaviour.MOST_ROWS)] = 200,
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    as_json: Json = False,
) -> None:
    wish = BehaviourWish(data=data, suite=suite, polar=polar, added=added, rows=rows, seed=seed)
    found = behaviour.test(opened(), model, wish)
    if as_json:
        print_json(found)
        return
    columns = [
        say("测试", "Test"),
        say("适用行数", "Rows"),
        say("通过率", "Pass rate"),
        say("95% 区间", "95% interval"),
    ]
    shown = [
        (tell(item.title), item.rows, item.rate, None if item.low is None else f"{item.low:.3f} - {item.high:.3f}")
        for item in found.tests
    ]
    print_table(columns, shown, "-")
    for item in found.tests:
        for failure in item.failures[:2]:
            print_lines(f"{tell(item.title)}: {failure.row}  {failure.said_before} → {failure.said_after}")


def _slices(
    run: Annotated[str, typer.Argument(metavar="RUN", help=say("运行编号", "Id of a run"))],
    node: Annotated[str, typer.Argument(metavar="NODE", help=say("评估节点", "The evaluation"))],
    *,
    support: Annotated[
        int | None, typer.Option("--support", min=1, help=say("最少行数", "Fewest rows of a slice"))
    ] = None,
    as_json: Json = False,
) -> None:
    found = slices.slices(opened(), run, node, support)
    if as_json:
        print_json(found)
        return
    columns = [
        say("切片", "Slice"),
        say("行数", "Rows"),
        say("错误率", "Errors"),
        say("其余", "Rest"),
        say("校正后 p", "Adjusted p"),
    ]
    rows = []
    for item in found.slices:
        wanted = item.filter.model_dump(exclude_defaults=True)
        words = ", ".join(f"{name}={value}" for name, value in wanted.items() if name != "kind")
        rows.append((words, item.rows, item.share, item.rest_share, item.adjusted))
    print_table(columns, rows, say("没有明显较弱的切片。", "No slice is significantly weaker than the rest."))


_Evaluation = Annotated[str, typer.Argument(metavar="RUN[:NODE]", help=say("运行或运行:评估节点", "RUN or RUN:NODE"))]


def _disagreements(
    first: _Evaluation,
    second: _Evaluation,
    *,
    kind: Annotated[str, typer.Option("--kind", help="any, only_first, only_second, both_wrong")] = "any",
    label: Annotated[str | None, typer.Option("--label", help=say("真实类别", "True class"))] = None,
    contains: Annotated[str, typer.Option("--contains", help=say("包含文字", "The text holds this"))] = "",
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    if kind not in disagreements.KINDS:
        raise BAD_KIND(at="kind", kind=kind, kinds=", ".join(disagreements.KINDS))
    wanted = DisagreementFilter(kind=kind, label=label, contains=contains)
    found = disagreements.disagreements(opened(), first, second, wanted, limit=limit)
    if as_json:
        print_json(found)
        return
    if found.refused is not None:
        print_lines(tell(found.refused))
        return
    columns = [say("行", "Row"), say("真实", "True"), "A", "B", say("文本", "Text")]
    rows = [
        (
            item.row,
            item.label,
            f"{item.first} {item.first_sure:.2f}",
            f"{item.second} {item.second_sure:.2f}",
            item.text[:80],
        )
        for item in found.rows
    ]
    print_table(columns, rows, say("没有符合条件的行。", "No row fits."))
    counts = ", ".join(f"{name} {count}" for name, count in found.counts.items())
    print_lines(say("共 {n} 行；{counts}", "{n} rows; {counts}", n=found.total, counts=counts))


def _class(given: str) -> tuple[str, ClassPolicy]:
    label, equals, limits = given.rpartition("=")
    if not equals:
        raise USAGE(problem=f"--class {given}", command="inkstone thresholds")
    low, dots, high = limits.partition("..")
    if not dots:
        return label, ClassPolicy(accept=_number(low, given), review=_number(low, given), block=_number(low, given))
    return label, ClassPolicy(review=_number(low, given), block=_number(high, given) if high else NEVER)


def _number(given: str, whole: str) -> float:
    try:
        return float(given)
    except ValueError:
        raise USAGE(problem=whole, command="inkstone thresholds") from None


def _print(found: Thresholds) -> None:
    done = found.trial
    columns = [
        say("类别", "Class"),
        say("阈值", "Threshold"),
        "TP",
        "FP",
        "FN",
        "TN",
        say("精确率", "Precision"),
        say("召回率", "Recall"),
    ]
    rows = []
    for item in done.classes:
        limits = found.policy.classes.get(item.label, ClassPolicy())
        shown = f"{limits.accept:.3g}" if found.policy.safe is None else f"{limits.review:.3g}..{limits.block:.3g}"
        rows.append(
            (item.label, shown, item.hits, item.false_alarms, item.missed, item.rest, item.precision, item.recall)
        )
    print_table(columns, rows, "-")
    print_lines(
        say("正常类别：{safe}", "Harmless class: {safe}", safe=found.policy.safe or "-"),
        say(
            "{rows} 行（{data}，不是测试集）：放行 {passed}，复审 {reviewed}，拦截 {blocked}，每行成本 {cost:.4f}",
            "{rows} rows ({data}, not the test rows): {passed} pass, {reviewed} to review, {blocked} blocked, cost {cost:.4f} a row",
            rows=done.rows, data=found.data, passed=done.passed, reviewed=done.reviewed, blocked=done.blocked, cost=done.cost,
        ),
    )  # fmt: skip
