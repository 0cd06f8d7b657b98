"""``evaluate.keywords``: how many of the keywords that people gave a model finds."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text


class Keywords(Params):
    """Parameters of ``evaluate.keywords``."""

    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="evaluate.keywords",
    title=text("关键词评估", "Evaluate keywords"),
    summary=text("与人工关键词相比的 P@k、R@k、F1@k。", "P@k, R@k and F1@k against keywords given by people."),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=Keywords,
    keywords=("keywords", "关键词", "F1@k", "测试"),
)
CHUNK = 256
EXAMPLES = 30


def run(ctx: Context, inputs: Mapping[str, Any], params: Keywords) -> Mapping[str, Artifact]:
    """Compare the keywords of a model with those of people."""
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.tagging.keyword_figures import keyword_figures
    from inkstone.components.nlp.tagging.keyword_rows import read_keyword_rows
    from inkstone.components.nlp.tagging.requirements import load_keywords

    artifact: Model = inputs["model"]
    table: Table = inputs["table"]
    model = load_keywords(artifact.path)
    rows = read_keyword_rows(table)
    found: list[list[str]] = []
    for start in range(0, len(rows.texts), CHUNK):
        ctx.progress(start, len(rows.texts))
        answers = model.answers(rows.texts[start : start + CHUNK], params.batch_size)
        found += [[item.word for item in answer.keywords or []] for answer in answers]
    ctx.progress(len(rows.texts), len(rows.texts))
    values = keyword_figures(rows.keywords, found) | {"rows": float(len(rows.texts))}
    for name, value in values.items():
        ctx.metric(f"test/{name}", value)
    folder = ctx.output("metrics")
    columns = {"text": "string", "keywords": "list<string>", "predicted_keywords": "list<string>"}
    described = [ColumnInfo.model_validate({"name": name, "dtype": dtype}) for name, dtype in columns.items()]
    with TableWriter(folder / "rows", described) as writer:
        values_of = {ROW_ID: rows.row_ids, "text": rows.texts, "keywords": rows.keywords}
        writer.write(values_of | {"predicted_keywords": found})
    writer.finish(roles={"text": "text", "keywords": "keywords"}, origin=table.info.origin)
    document = {"model": model.card.digest, "split": "test", "values": values}
    report = _report(values, list(zip(rows.texts, rows.keywords, found, strict=True))[:EXAMPLES])
    return {"metrics": Metrics.write(folder, document), "report": Report.write(ctx.output("report"), report)}


def _report(values: Mapping[str, float], examples: list[tuple[str, list[str], list[str]]]) -> dict[str, Any]:
    columns = [text("前几个", "First"), text("精确率", "Precision"), text("召回率", "Recall"), text("F1", "F1")]
    rows = [
        [f"@{depth}", *(round(values[f"{name}_at_{depth}"], 4) for name in ("p", "r", "f1"))] for depth in (1, 3, 5, 10)
    ]
    shown = [text("文本", "Text"), text("人工", "By people"), text("模型给出", "The model says")]
    cells = [[content[:200], "、".join(true), "、".join(given)] for content, true, given in examples]
    return {
        "title": text("关键词评估", "Keywords").model_dump(),
        "sections": [
            _table(text("总览", "Summary"), columns, rows),
            _table(text("例子", "Examples"), shown, cells),
        ],
    }


def _table(title: Any, columns: list[Any], rows: list[list[Any]]) -> dict[str, Any]:
    return {
        "title": title.model_dump(),
        "kind": "table",
        "columns": [item.model_dump() for item in columns],
        "rows": rows,
    }
