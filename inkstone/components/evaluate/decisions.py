"""``evaluate.decisions``: what a risk-control model decides on rows with known classes."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class Decisions(Params):
    """Parameters of ``evaluate.decisions``."""

    cost_missed: float = param(
        5.0,
        ge=0,
        title=text("漏过的代价", "Cost of a miss"),
        help=text("放过一条违规文本。", "A harmful text that passes."),
    )
    cost_wronged: float = param(
        3.0,
        ge=0,
        title=text("误拦的代价", "Cost of a wrong block"),
        help=text("拦下一条正常文本。", "A harmless text that is blocked."),
    )
    cost_reviewed: float = param(
        0.5,
        ge=0,
        title=text("复审的代价", "Cost of a review"),
        help=text("人工看一条文本。", "A person looks at a text."),
    )
    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.decisions",
    title=text("评估决策", "Evaluate decisions"),
    summary=text(
        "拦截/复审/放行在测试集上的精确率、召回率和成本，每类 PR 曲线，固定精确率下的召回率。",
        "Precision, recall and cost of block, review and pass on test rows; PR curves, recall at fixed precision.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("风控模型", "Risk model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Decisions,
    keywords=("precision", "recall", "cost", "阈值", "成本", "风控"),
)
_AT_ONCE = 256


def run(ctx: Context, inputs: Mapping[str, Any], params: Decisions) -> Mapping[str, Artifact]:
    """Decide about the rows, word list and all, and count."""
    import numpy as np

    from inkstone.components.nlp import metrics
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.readable import readable
    from inkstone.components.nlp.risk.errors import NO_SAFE_CLASS, NOT_A_RISK_MODEL
    from inkstone.components.nlp.risk.model import RiskText
    from inkstone.components.nlp.risk.policy import ACTIONS
    from inkstone.components.nlp.risk.report import about_of, figures_of, policy_report
    from inkstone.components.nlp.risk.several import labelled_rows, scorer_figures
    from inkstone.components.nlp.risk.thresholds import Costs

    source: Model = inputs["model"]
    table: Table = inputs["table"]
    model = load_model(source.path)
    if not isinstance(model, RiskText):
        raise NOT_A_RISK_MODEL(model=model.task, at="model")
    if model.policy.safe is None:
        raise NO_SAFE_CLASS(labels=", ".join(model.labels), at="model")
    given, _, true = labelled_rows(model, table)
    if not given:
        raise NO_ROWS(at="table")
    found: list[np.ndarray] = []
    actions: list[int] = []
    decided: list[tuple[str, list[tuple[str, str]]]] = []
    for start in range(0, len(given), _AT_ONCE):
        ctx.progress(start, len(given))
        texts = [readable(item) for item in given[start : start + _AT_ONCE]]
        scores = model.scores(texts, batch_size=params.batch_size)
        for answer in model.decide_scored(texts, scores):
            actions.append(ACTIONS.index(answer["decision"]))
            reached = [(item["label"], item["action"]) for item in answer["reasons"] if item["kind"] == "model"]
            decided.append((answer["label"], reached))
        found.append(scores)
    ctx.progress(len(given), len(given))
    scores = np.concatenate(found)
    costs = Costs(params.cost_missed, params.cost_wronged, params.cost_reviewed)
    figures = figures_of(
        model.policy,
        model.labels,
        scores,
        true,
        costs,
        actions=np.array(actions),
        about=about_of(model.labels, decided),
    )
    values = scorer_figures(model, true, scores) | figures["values"] | {"rows": float(len(true))}
    for name, value in values.items():
        ctx.metric(f"test/{name}", value)
    curves = metrics.curves(true, scores, model.labels)
    facts = figures | {"model": model.card.digest, "split": "test", "values": values, "curves": curves}
    return {
        "metrics": Metrics.write(ctx.output("metrics"), facts),
        "report": Report.write(ctx.output("report"), policy_report(model.policy, facts, curves)),
    }
