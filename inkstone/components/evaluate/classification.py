"""``evaluate.classification``: how good a classifier is on rows that it has not seen."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Metrics, Model, Report, Role, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from inkstone.components.nlp.inference import TextModel
    from inkstone.components.nlp.rows import TextRows


class Classification(Params):
    """Parameters of ``evaluate.classification``."""

    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.classification",
    title=text("分类评估", "Evaluate classification"),
    summary=text(
        "准确率、F1、每类指标、混淆矩阵、ROC/PR 曲线和校准。",
        "Accuracy, F1, per-class figures, confusion matrix, ROC and PR curves, calibration.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Classification,
    keywords=("F1", "confusion matrix", "混淆矩阵", "测试", "calibration"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Classification) -> Mapping[str, Artifact]:
    """Score the labelled rows and compare."""
    import numpy as np

    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.rows import read_rows
    from inkstone.components.nlp.scoring import score_rows

    model_artifact: Model = inputs["model"]
    table: Table = inputs["table"]
    model = load_model(model_artifact.path)
    rows = read_rows(table).labelled()
    if not rows.texts:
        raise NO_ROWS(at="table")
    scores = np.concatenate(list(score_rows(ctx, model, rows.texts, rows.pairs, params.batch_size)))
    figures = _figures(ctx, model, rows, scores)
    folder = ctx.output("metrics")
    _write_rows(folder, model, rows, scores, table)
    for name, value in figures["values"].items():
        ctx.metric(f"test/{name}", value)
    from inkstone.components.evaluate.report import classification_report

    return {
        "metrics": Metrics.write(folder, figures),
        "report": Report.write(ctx.output("report"), classification_report(figures)),
    }


def _figures(ctx: Context, model: "TextModel", rows: "TextRows", scores: "np.ndarray") -> dict[str, Any]:
    import numpy as np

    from inkstone.components.nlp import metrics

    true_names = [label or "" for label in rows.labels or []]
    numbers = {label: number for number, label in enumerate(model.labels)}
    true = np.array([numbers.get(label, -1) for label in true_names])
    predicted = scores.argmax(axis=1)
    predicted_names = [model.labels[number] for number in predicted]
    unknown = sorted(set(true_names) - set(model.labels))
    if unknown:
        names = "、".join(unknown[:5])
        ctx.log(
            text(
                f"模型没有学过的类别（计为错误）：{names}", f"Classes the model never saw (counted as errors): {names}"
            ),
            "warning",
        )
    every = [*model.labels, *unknown]
    calibration = metrics.calibration(true, scores)
    values = metrics.summary(true, predicted, len(model.labels))
    curves = metrics.curves(true, scores, model.labels)
    values |= {"loss": metrics.cross_entropy(scores, true), "ece": calibration["ece"], "rows": float(len(true))}
    if curves:
        values["macro_roc_auc"] = float(np.mean([curve["roc_auc"] for curve in curves]))
    return {
        "model": model.card.digest,
        "split": "test",
        "values": values,
        "labels": every,
        "unknown_labels": unknown,
        "per_class": metrics.per_class(true_names, predicted_names, every),
        "confusion": metrics.confusion(true_names, predicted_names, every),
        "curves": curves,
        "calibration": calibration,
    }


def _write_rows(folder: "Path", model: "TextModel", rows: "TextRows", scores: "np.ndarray", table: Table) -> None:
    from inkstone.components.data.writing import TableWriter

    columns: dict[str, tuple[str, Any]] = {ROW_ID: ("int64", rows.row_ids), "text": ("string", rows.texts)}
    roles: dict[Role, str] = {"text": "text", "label": "label"}
    if rows.pairs is not None:
        columns["text_pair"] = ("string", rows.pairs)
        roles["text_pair"] = "text_pair"
    columns |= {
        "label": ("string", rows.labels or []),
        "predicted": ("string", [model.labels[number] for number in scores.argmax(axis=1)]),
        "scores": ("list<float>", scores.round(6).tolist()),
    }
    described = [
        ColumnInfo.model_validate({"name": name, "dtype": dtype})
        for name, (dtype, _) in columns.items()
        if name != ROW_ID
    ]
    with TableWriter(folder / "rows", described) as writer:
        writer.write({name: values for name, (_, values) in columns.items()})
    writer.finish(roles=roles, labels=model.labels, origin=table.info.origin)
