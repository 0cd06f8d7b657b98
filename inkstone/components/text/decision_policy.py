"""``text.decision_policy``: block, review or pass, by thresholds chosen for a wished precision, recall or cost."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Report, Table
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

    from inkstone.components.nlp.inference import TextModel


class DecisionPolicy(Params):
    """Parameters of ``text.decision_policy``."""

    safe_class: str | None = param(
        None,
        impact=3,
        common=True,
        max_length=200,
        title=text("正常类别", "Normal class"),
        help=text(
            "表示正常文本的类别；留空时认 正常、不违规、normal、ham 等名称。",
            "The class of harmless texts; empty takes one called normal, ham, 正常, 不违规 and the like.",
        ),
    )
    goal: Literal["precision", "recall", "cost"] = param(
        "precision",
        impact=3,
        common=True,
        title=text("目标", "Goal"),
        help=text(
            "精确率：拦截的文本里至少有这么多是对的，其余交给人看。召回率：至少拦下这么多。成本：总代价最小。",
            "Precision: at least that share of what is blocked is right, people see the rest. Recall: at least that share is blocked. "
            "Cost: whatever costs least.",
        ),
        choices={
            "precision": text("精确率", "Precision"),
            "recall": text("召回率", "Recall"),
            "cost": text("成本", "Cost"),
        },
    )
    wished: float = param(
        0.95,
        gt=0,
        le=1,
        impact=3,
        common=True,
        title=text("目标值", "Wished value"),
        help=text("希望每个类别达到的精确率或召回率。", "The precision or recall wished for each class."),
    )
    per_class: list[str] = param(
        [],
        impact=2,
        title=text("单独设定的类别", "Wishes of single classes"),
        help=text("每项写成 类别=0.97。", "Each as CLASS=0.97."),
    )
    review_recall: float = param(
        0.95,
        ge=0,
        le=1,
        impact=2,
        title=text("复审召回率", "Recall with review"),
        help=text(
            "目标为精确率时：拦截加复审一共要找到每个类别的多少。",
            "With the goal precision: share of a class that block and review together find.",
        ),
    )
    cost_missed: float = param(
        5.0,
        ge=0,
        impact=2,
        title=text("漏过的代价", "Cost of a miss"),
        help=text("放过一条违规文本。", "A harmful text that passes."),
    )
    cost_wronged: float = param(
        3.0,
        ge=0,
        impact=2,
        title=text("误拦的代价", "Cost of a wrong block"),
        help=text("拦下一条正常文本。", "A harmless text that is blocked."),
    )
    cost_reviewed: float = param(
        0.5,
        ge=0,
        impact=2,
        title=text("复审的代价", "Cost of a review"),
        help=text("人工看一条文本。", "A person looks at a text."),
    )
    lexicon_veto: float = param(
        0.98,
        ge=0,
        le=1,
        impact=2,
        title=text("模型否决词库", "Model overrules words"),
        help=text(
            "模型有这么大把握认为文本正常时，拦截词只要求复审。",
            "Where the model is this sure that a text is harmless, a word to block asks only for a review.",
        ),
    )
    contacts: Literal["note", "review", "block"] = param(
        "note",
        impact=1,
        title=text("联系方式和链接", "Contacts and links"),
        help=text("文本里有联系方式或链接本身意味着什么。", "What a contact or link does by itself."),
        choices={
            "note": text("仅提示", "Note only"),
            "review": text("复审", "Review"),
            "block": text("拦截", "Block"),
        },
    )
    fuzzy: bool = param(
        True,
        impact=1,
        title=text("词库模糊匹配", "Fuzzy words"),
        help=text(
            "也找变体、夹有符号和同音的词。", "Also finds disguised words, words with signs inside, and by sound."
        ),
    )


SPEC = Component(
    id="text.decision_policy",
    title=text("决策策略", "Decision policy"),
    summary=text(
        "按希望的精确率、召回率或成本为每个类别选阈值，与词库合成 拦截/复审/放行，每个决定都有理由。",
        "Chooses thresholds a class for a wished precision, recall or cost; with a word list: block, review or pass, with reasons.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="dev", type=PortType.TABLE, title=text("开发集", "Dev"), optional=True),
        Port(name="scored", type=PortType.TABLE, title=text("折外分数", "Unseen scores"), optional=True),
        Port(name="lexicon", type=PortType.LEXICON, title=text("词库", "Word list"), optional=True),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("风控模型", "Risk model")),
        Port(name="metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=DecisionPolicy,
    keywords=("threshold", "阈值", "拦截", "复审", "放行", "precision", "cost", "风控"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: DecisionPolicy) -> Mapping[str, Artifact]:
    """Choose the thresholds and put classifier, word list and policy into one model."""
    from inkstone.components.nlp.risk.model import save_risk_model
    from inkstone.components.nlp.risk.policy import Policy, choose_thresholds, class_goals, safe_class
    from inkstone.components.nlp.risk.report import decision_figures, policy_report
    from inkstone.components.nlp.risk.several import load_scorer, scorer_figures, several_of
    from inkstone.components.nlp.risk.thresholds import Costs

    ctx.check_cancelled()
    source: Model = inputs["model"]
    model = load_scorer(source.path, params.safe_class)
    several = several_of(model)
    safe = several.safe if several else safe_class(model.labels, params.safe_class)
    if several and not several.own:
        ctx.log(text(f"没有标签的文本算作“{safe}”。", f"Texts without a label are taken as {safe}."))
    goals = class_goals(params.per_class, model.labels)
    scores, true = _judged(ctx, model, None if several else inputs.get("scored"), inputs.get("dev"))
    costs = Costs(params.cost_missed, params.cost_wronged, params.cost_reviewed)
    classes = choose_thresholds(
        scores,
        true,
        model.labels,
        safe=safe,
        goal=params.goal,
        wished=params.wished,
        review_recall=params.review_recall,
        costs=costs,
        per_class=goals,
        several=several is not None,
    )
    policy = Policy(
        safe=safe,
        several=several is not None,
        classes=classes,
        goal=params.goal,
        wished=params.wished,
        lexicon_veto=params.lexicon_veto,
        contacts=params.contacts,
    )
    folder = ctx.output("model")
    lexicon = inputs.get("lexicon")
    card = save_risk_model(
        folder, source.path, policy, lexicon.path if lexicon is not None else None, params.fuzzy, component=SPEC.key
    )
    decided = decision_figures(policy, model.labels, scores, true, costs)
    values = scorer_figures(model, true, scores) | decided["values"] | {"rows": float(len(scores))}
    for name, value in values.items():
        ctx.metric(f"dev/{name}", value)
    facts = {
        "model": card.digest,
        "split": "dev",
        "values": values,
        **{k: v for k, v in decided.items() if k != "values"},
    }
    return {
        "model": Model(folder),
        "metrics": Metrics.write(ctx.output("metrics"), facts),
        "report": Report.write(ctx.output("report"), policy_report(policy, facts)),
    }


def _judged(
    ctx: Context, model: "TextModel", scored: Table | None, dev: Table | None
) -> "tuple[np.ndarray, np.ndarray]":
    """Return scores and classes of rows that the model did not learn from, all there are."""
    import numpy as np

    from inkstone.components.nlp.risk.errors import NO_DEV_ROWS
    from inkstone.components.nlp.risk.several import labelled_rows, numbers_of
    from inkstone.components.nlp.scoring import score_rows

    found: list[np.ndarray] = []
    true: list[np.ndarray] = []
    if scored is not None:
        for batch in scored.batches(["label", "scores"]):
            found.append(np.array(batch.column("scores").to_pylist()).reshape(-1, len(model.labels)))
            true.append(numbers_of(model, batch.column("label").to_pylist()))
    if dev is not None:
        texts, pairs, classes = labelled_rows(model, dev)
        if texts:
            found += list(score_rows(ctx, model, texts, pairs, 64))
            true.append(classes)
    if not true:
        raise NO_DEV_ROWS(at="dev")
    return np.concatenate(found), np.concatenate(true)
