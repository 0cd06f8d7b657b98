"""``evaluate.sequence_labelling``: how well a model finds entities in texts that it has not seen."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Metrics, Model, Report, Table
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path

    from inkstone.components.nlp.tagging.entities import Entity
    from inkstone.components.nlp.tagging.entity_models import EntityTagger
    from inkstone.components.nlp.tagging.entity_rows import EntityRows

CHUNK = 256


class SequenceLabelling(Params):
    """Parameters of ``evaluate.sequence_labelling``."""

    batch_size: int = prediction_batch_size()
    bad_entities: Literal["refuse", "skip"] = param(
        "refuse",
        impact=1,
        title=text("位置不对的实体", "Bad entities"),
        help=text(
            "实体超出文本或为空时：报错并指出行号，或跳过。",
            "Entities outside their text: stop and name the row, or skip them.",
        ),
        choices={"refuse": text("报错", "Stop"), "skip": text("跳过", "Skip")},
    )


SPEC = Component(
    id="evaluate.sequence_labelling",
    title=text("实体评估", "Evaluate entities"),
    summary=text(
        "实体级的精确率、召回率和 F1（与 seqeval 一致），按类型，并分析错在哪里。",
        "Entity-level precision, recall and F1 (as seqeval), by type, and what the mistakes are.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("测试集", "Test rows")),
    ),
    outputs=(
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
        Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),
    ),
    params=SequenceLabelling,
    keywords=("NER", "F1", "seqeval", "实体", "测试"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: SequenceLabelling) -> Mapping[str, Artifact]:
    """Compare the entities that a model finds with those that people marked."""
    from inkstone.components.evaluate.entity_report import entity_report
    from inkstone.components.nlp.errors import NO_ROWS
    from inkstone.components.nlp.tagging import figures
    from inkstone.components.nlp.tagging.entity_rows import read_entity_rows
    from inkstone.components.nlp.tagging.requirements import load_recogniser

    artifact: Model = inputs["model"]
    table: Table = inputs["table"]
    model = load_recogniser(artifact.path)
    rows = read_entity_rows(table, skip_bad=params.bad_entities == "skip")
    if not rows.texts:
        raise NO_ROWS(at="table")
    unknown = sorted(set(rows.counts()) - set(model.labels))
    if unknown:
        names = "、".join(unknown[:5])
        ctx.log(
            text(f"模型没有学过的类型（计为漏掉）：{names}", f"Types the model never saw (counted as missed): {names}"),
            "warning",
        )
    found = _predict(ctx, model, rows, params.batch_size)
    values = figures.entity_figures(rows.entities, found)
    seqeval = figures.seqeval_f1(rows.texts, rows.entities, found)
    if seqeval is not None:
        values["seqeval_f1"] = seqeval
    values["rows"] = float(len(rows.texts))
    document = {
        "model": model.card.digest,
        "split": "test",
        "values": values,
        "labels": [*model.labels, *unknown],
        "per_class": figures.per_type(rows.entities, found),
        "mistakes": figures.mistakes(rows.entities, found),
    }
    folder = ctx.output("metrics")
    _write_rows(folder, rows, found, table)
    for name, value in values.items():
        ctx.metric(f"test/{name}", value)
    return {
        "metrics": Metrics.write(folder, document),
        "report": Report.write(ctx.output("report"), entity_report(document, rows, found)),
    }


def _predict(ctx: Context, model: "EntityTagger", rows: "EntityRows", batch_size: int) -> "list[list[Entity]]":
    found: list[list[Entity]] = []
    for start in range(0, len(rows.texts), CHUNK):
        ctx.progress(start, len(rows.texts))
        found += model.entities(rows.texts[start : start + CHUNK], batch_size)
    ctx.progress(len(rows.texts), len(rows.texts))
    return found


def _write_rows(folder: "Path", rows: "EntityRows", found: "list[list[Entity]]", table: Table) -> None:
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp.tagging.entities import write_entities

    names = ("text", "entities", "predicted_entities")
    with TableWriter(folder / "rows", [ColumnInfo(name=name, dtype="string") for name in names]) as writer:
        writer.write(
            {
                ROW_ID: rows.row_ids,
                "text": rows.texts,
                "entities": [write_entities(item) for item in rows.entities],
                "predicted_entities": [write_entities(item, scores=True) for item in found],
            }
        )
    writer.finish(roles={"text": "text", "entities": "entities"}, origin=table.info.origin)
