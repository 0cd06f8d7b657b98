"""``evaluate.behaviour``: behavioural tests of a classifier in the manner of CheckList."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from inkstone.components.nlp.behaviour.checks import Outcome


class Behaviour(Params):
    """Parameters of ``evaluate.behaviour``."""

    polar: list[str] = param(
        [],
        impact=2,
        common=True,
        title=text("情感类别", "Classes of feeling"),
        help=text(
            "对这些类别做否定测试；留空时认 正面、负面、positive 等名称，没有就不做。",
            "Negation is tested for these; empty takes classes called positive, 正面 and the like, and leaves it out without any.",
        ),
    )
    added: list[str] = param(
        [],
        impact=2,
        common=True,
        title=text("添加的短语", "Phrases to add"),
        help=text(
            "每项写成 类别=短语：加上这个短语后，该类别的得分不应下降。",
            "Each as CLASS=PHRASE: with the phrase added, the score of the class must not fall.",
        ),
    )
    tolerance: float = param(
        0.1,
        ge=0,
        le=1,
        impact=1,
        title=text("容许的变动", "Tolerance"),
        help=text(
            "方向测试中得分最多朝相反方向变动多少。", "How far a score may move the wrong way in tests of direction."
        ),
    )
    rows: int = param(
        500,
        ge=10,
        le=100_000,
        unit=text("行", "rows"),
        title=text("最多行数", "Most rows"),
        help=text("数据更多时取间隔均匀的这么多行。", "Of larger data that many rows at even distances."),
    )
    seed: int = param(
        0, ge=0, title=text("随机种子", "Seed"), help=text("同一种子做出同样的改动。", "One seed, the same changes.")
    )
    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.behaviour",
    title=text("行为测试", "Behavioural tests"),
    summary=text(
        "CheckList 式测试：笔误、换姓名、换数字、句末标点、否定、添加短语、自建测试集，各给出通过率和反例。",
        "CheckList: typos, names, numbers, stops, negation, added phrases and own suites, each with pass rate and failures.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
        Port(name="suite", type=PortType.TABLE, title=text("自建测试集", "Test suite"), optional=True),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Behaviour,
    keywords=("CheckList", "robustness", "invariance", "行为", "鲁棒性", "笔误", "否定"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Behaviour) -> Mapping[str, Artifact]:
    """Run every test on the rows."""
    from inkstone.components.nlp.behaviour.checks import checks_for, run_check, run_suite
    from inkstone.components.nlp.behaviour.phrases import phrases
    from inkstone.components.nlp.inference import load_model

    source: Model = inputs["model"]
    model = load_model(source.path)
    rows = _rows(inputs["table"], params.rows)
    tests = checks_for(model.labels, params.polar, phrases(params.added, model.labels))

    def answer(texts: list[str]) -> Any:
        ctx.check_cancelled()
        return model.predict(texts, batch_size=params.batch_size)

    found = []
    for number, test in enumerate(tests):
        ctx.progress(number, len(tests) + 1, test.title)
        found.append(run_check(test, [(row, words) for row, words, _ in rows], answer, params.seed, params.tolerance))
    if inputs.get("suite") is not None:
        found.append(run_suite(_rows(inputs["suite"], params.rows), answer))
    ctx.progress(len(tests) + 1, len(tests) + 1)
    values = {f"pass/{item.name}": item.rate for item in found if item.rate is not None}
    for name, value in values.items():
        ctx.metric(f"test/{name}", value)
    facts = {
        "model": model.card.digest,
        "split": "behaviour",
        "values": values,
        "tests": [item.model_dump(mode="json") for item in found],
    }
    return {
        "metrics": Metrics.write(ctx.output("metrics"), facts),
        "report": Report.write(ctx.output("report"), _report(found)),
    }


def _rows(table: Table, most: int) -> list[tuple[int, str, str]]:
    """Return number, text and label of rows at even distances."""
    from inkstone.components.nlp.behaviour.checks import spread
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.rows import read_rows

    table.column("label")
    rows = read_rows(table).labelled()
    found = list(zip(rows.row_ids, rows.texts, [label or "" for label in rows.labels or []], strict=True))
    if not found:
        raise NO_ROWS(at="table")
    return spread(found, most)


def _report(found: "list[Outcome]") -> dict[str, Any]:
    columns = [
        text("测试", "Test"),
        text("适用行数", "Rows"),
        text("通过率", "Pass rate"),
        text("95% 区间", "95% interval"),
        text("前提", "What it assumes"),
    ]
    rows = [
        [
            item.title.model_dump(),
            item.rows,
            "–" if item.rate is None else f"{item.rate:.1%}",
            "–" if item.low is None else f"{item.low:.1%} – {item.high:.1%}",
            item.assumes.model_dump(),
        ]
        for item in found
    ]
    sections = [_table(text("通过率", "Pass rates"), columns, rows)]
    for item in found:
        if item.failures:
            cells: list[list[Any]] = [
                [
                    f.row,
                    f.before,
                    f.after,
                    f"{f.said_before} → {f.said_after}",
                    f"{f.score_before:.2f} → {f.score_after:.2f}",
                ]
                for f in item.failures
            ]
            sections.append(_table(item.title, _FAILURE_COLUMNS, cells))
    return {"title": text("行为测试", "Behavioural tests").model_dump(), "sections": sections}


_FAILURE_COLUMNS = [
    text("行", "Row"),
    text("改动前", "Before"),
    text("改动后", "After"),
    text("预测", "Predicted"),
    text("得分", "Score"),
]


def _table(title: Any, columns: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    return {
        "title": title.model_dump(),
        "kind": "table",
        "columns": [item.model_dump() for item in columns],
        "rows": rows,
    }
