"""``evaluate.robustness``: the same test rows under each disguise, and what the model loses by it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import Artifact, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

    from inkstone.components.nlp.inference import TextModel


class Robustness(Params):
    """Parameters of ``evaluate.robustness``."""

    share: float = param(
        0.3,
        gt=0,
        le=1,
        impact=2,
        common=True,
        title=text("伪装强度", "Strength"),
        help=text(
            "每种手法改动多少比例的字符；“全部”时每种手法用三分之一的强度，依次叠加。",
            "Share of the characters that each disguise touches; under “all” each works at a third of it, one after another.",
        ),
    )
    safe_class: str | None = param(
        None,
        max_length=200,
        title=text("正常类别", "Normal class"),
        help=text(
            "召回率只算其余类别；留空时认 正常、normal 等名称，认不出就算全部类别。",
            "Recall is taken over the other classes; empty takes one called normal or the like, and all classes where there is none.",
        ),
    )
    rows: int = param(
        2_000,
        ge=10,
        le=1_000_000,
        unit=text("行", "rows"),
        title=text("最多行数", "Most rows"),
        help=text("测试集更大时取前这么多行。", "Of a larger test set the first rows are taken."),
    )
    seed: int = param(
        0, ge=0, title=text("随机种子", "Seed"), help=text("同一种子给出同样的伪装。", "One seed, the same disguises.")
    )
    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.robustness",
    title=text("抗规避评估", "Evaluate robustness"),
    summary=text(
        "同一测试集在每种规避手法（拼音、谐音、拆字、插入符号……）下的 F1 和召回率，以及叠加全部手法的损失。",
        "F1 and recall of the same test rows under each disguise (pinyin, homophones, inserted signs ...) and under all.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
        Port(name="plain", type=PortType.MODEL, title=text("对照模型", "Model to compare"), optional=True),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Robustness,
    keywords=("evasion", "attack", "规避", "对抗", "鲁棒性", "风控"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Robustness) -> Mapping[str, Artifact]:
    """Score the rows as they are and under each disguise."""
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.evasion.attacks import ALL, ATTACKS, disguise
    from inkstone.components.nlp.risk.several import labelled_rows, load_scorer, several_of

    source: Model = inputs["model"]
    table: Table = inputs["table"]
    models = [load_scorer(source.path, params.safe_class)]
    if "plain" in inputs:
        several = several_of(models[0])
        models.append(load_scorer(inputs["plain"].path, several.safe if several else params.safe_class))
    truths = [labelled_rows(model, table) for model in models]
    texts = truths[0][0][: params.rows]
    if not texts:
        raise NO_ROWS(at="table")
    names = ["", *ATTACKS, ALL]
    found: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        ctx.progress(number, len(names))
        shown = disguise(texts, name, params.share, params.seed) if name else texts
        changed = sum(before != after for before, after in zip(texts, shown, strict=True))
        row: dict[str, Any] = {"attack": name or "none", "changed": changed / len(texts)}
        for model, (_, _, true), prefix in zip(models, truths, ("", "plain_"), strict=False):
            figures = _figures(ctx, model, shown, true[: params.rows], params)
            row |= {f"{prefix}{key}": value for key, value in figures.items()}
        found.append(row)
    ctx.progress(len(names), len(names))
    values = _values(found)
    for key, value in values.items():
        ctx.metric(f"test/{key}", value)
    facts = {"model": models[0].card.digest, "split": "robustness", "values": values, "attacks": found}
    return {
        "metrics": Metrics.write(ctx.output("metrics"), facts),
        "report": Report.write(ctx.output("report"), _report(found, len(models) > 1)),
    }


def _figures(
    ctx: Context, model: "TextModel", texts: list[str], true: "np.ndarray", params: Robustness
) -> dict[str, float]:
    import numpy as np

    from inkstone.components.errors import InkstoneError
    from inkstone.components.nlp.risk.policy import safe_class
    from inkstone.components.nlp.risk.several import scorer_figures, several_of
    from inkstone.components.nlp.scoring import score_rows

    scores = np.concatenate(list(score_rows(ctx, model, texts, None, params.batch_size)))
    found = scorer_figures(model, true, scores)
    if several_of(model) is not None:
        return {"macro_f1": found["macro_f1"], "recall": found["macro_recall"]}
    try:
        safe = model.labels.index(safe_class(model.labels, params.safe_class))
    except InkstoneError:
        if params.safe_class:
            raise
        safe = -1
    return {"macro_f1": found["macro_f1"], "recall": _recall(true, scores.argmax(axis=1), safe)}


def _recall(true: "np.ndarray", predicted: "np.ndarray", safe: int) -> float:
    """Return the mean over the harmful classes of the share found as their class."""
    shares = [float((predicted[true == number] == number).mean()) for number in set(true.tolist()) - {safe}]
    return sum(shares) / len(shares) if shares else 0.0


def _values(found: list[dict[str, Any]]) -> dict[str, float]:
    clean, all_ = found[0], found[-1]
    values = {"macro_f1": clean["macro_f1"], "macro_f1_all": all_["macro_f1"], "recall": clean["recall"]}
    values |= {"loss_all": clean["macro_f1"] - all_["macro_f1"], "recall_loss_all": clean["recall"] - all_["recall"]}
    values["loss_worst"] = max(clean["macro_f1"] - row["macro_f1"] for row in found[1:-1])
    if "plain_macro_f1" in clean:
        values["plain_loss_all"] = clean["plain_macro_f1"] - all_["plain_macro_f1"]
    return values


def _report(found: list[dict[str, Any]], compared: bool) -> dict[str, Any]:
    from inkstone.components.nlp.evasion.attacks import ATTACKS

    titles = {"none": text("不伪装", "None"), "all": text("全部叠加", "All at once")}
    titles |= {name: title for name, (_, title) in ATTACKS.items()}
    columns = [
        text("手法", "Disguise"),
        text("被改动的文本", "Texts changed"),
        text("宏平均 F1", "Macro F1"),
        text("损失（百分点）", "Points lost"),
        text("召回率", "Recall"),
        text("召回损失（百分点）", "Points of recall lost"),
    ]
    if compared:
        columns += [text("对照 F1", "F1 compared"), text("对照损失（百分点）", "Points lost compared")]
    clean, rows = found[0], []
    for item in found:
        row = [titles[item["attack"]].model_dump(), f"{item['changed']:.1%}"]
        for key in ("macro_f1", "recall", "plain_macro_f1")[: 3 if compared else 2]:
            row += [f"{item[key]:.1%}", round(100 * (clean[key] - item[key]), 1)]
        rows.append(row)
    section = {
        "title": text("各种伪装下的成绩", "Figures under each disguise").model_dump(),
        "kind": "table",
        "columns": [item.model_dump() for item in columns],
        "rows": rows,
    }
    return {"title": text("抗规避", "Robustness").model_dump(), "sections": [section]}
