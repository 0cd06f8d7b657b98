"""``evaluate.multilabel``: how well a model gives labels to texts that it has not seen."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    from inkstone.components.nlp.tagging.label_rows import LabelRows


class Multilabel(Params):
    """Parameters of ``evaluate.multilabel``."""

    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.multilabel",
    title=text("多标签评估", "Evaluate labels"),
    summary=text(
        "微、宏平均 F1，P@k、R@k、nDCG@k、覆盖率，以及每个标签的成绩。",
        "Micro and macro F1, P@k, R@k, nDCG@k, coverage, and the figures of each label.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Multilabel,
    keywords=("multi-label", "多标签", "nDCG", "P@k", "测试"),
)
CHUNK = 256


def run(ctx: Context, inputs: Mapping[str, Any], params: Multilabel) -> Mapping[str, Artifact]:
    """Compare the labels that a model gives with those that people gave."""
    import numpy as np

    from inkstone.components.evaluate.label_report import label_report
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.tagging.label_figures import label_figures, per_label
    from inkstone.components.nlp.tagging.label_rows import as_matrix, read_label_rows
    from inkstone.components.nlp.tagging.requirements import load_labeller

    artifact: Model = inputs["model"]
    table: Table = inputs["table"]
    model = load_labeller(artifact.path)
    rows = read_label_rows(table, model.separator)
    if not rows.texts:
        raise NO_ROWS(at="table")
    unknown = sorted(set(rows.counts()) - set(model.labels))
    if unknown:
        names = "、".join(unknown[:5])
        ctx.log(
            text(
                f"模型没有学过的标签（计为漏掉）：{names}", f"Labels the model never saw (counted as missed): {names}"
            ),
            "warning",
        )
    parts = []
    for start in range(0, len(rows.texts), CHUNK):
        ctx.progress(start, len(rows.texts))
        parts.append(model.scores(rows.texts[start : start + CHUNK], params.batch_size))
    ctx.progress(len(rows.texts), len(rows.texts))
    every = [*model.labels, *unknown]
    missing = ((0, 0), (0, len(unknown)))
    known = np.concatenate(parts)
    scores, given = np.pad(known, missing), np.pad(model.given(known), missing)
    true = as_matrix(rows.labels, every)
    values = label_figures(true, scores, given) | {"rows": float(len(rows.texts))}
    document = {
        "model": model.card.digest,
        "split": "test",
        "values": values,
        "labels": every,
        "unknown_labels": unknown,
        "per_class": per_label(true, given, every),
    }
    folder = ctx.output("metrics")
    found = [[every[place] for place in np.flatnonzero(row)] for row in given]
    _write_rows(folder, rows, found, table)
    for name, value in values.items():
        ctx.metric(f"test/{name}", value)
    return {
        "metrics": Metrics.write(folder, document),
        "report": Report.write(ctx.output("report"), label_report(document, rows, found)),
    }


def _write_rows(folder: "Path", rows: "LabelRows", found: list[list[str]], table: Table) -> None:
    from inkstone.components.data.writing import TableWriter

    columns = {"text": "string", "labels": "list<string>", "predicted_labels": "list<string>"}
    described = [ColumnInfo.model_validate({"name": name, "dtype": dtype}) for name, dtype in columns.items()]
    with TableWriter(folder / "rows", described) as writer:
        values = {ROW_ID: rows.row_ids, "text": rows.texts, "labels": rows.labels, "predicted_labels": found}
        writer.write(values)
    writer.finish(roles={"text": "text", "labels": "labels"}, origin=table.info.origin)
