"""``predict.batch``: adds predictions to a table."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Artifact, ColumnInfo, Model, Table, TableInfo
from inkstone.components.nlp.parameters import prediction_batch_size
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

if TYPE_CHECKING:
    import pyarrow as pa

    from inkstone.components.nlp.inference import TextModel


class Batch(Params):
    """Parameters of ``predict.batch``."""

    batch_size: int = prediction_batch_size()


SPEC = Component(
    id="predict.batch",
    title=text("批量预测", "Batch prediction"),
    summary=text(
        "给每一行加上预测：类别和分数，或者实体、标签、关键词，取决于模型。",
        "Adds what the model says to every row: class and scores, or entities, labels and keywords.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("数据表", "Table")),
    ),
    outputs=(Port(name="table", type=PortType.TABLE, title=text("带预测的表", "Table with predictions")),),
    params=Batch,
    keywords=("inference", "推理", "打标"),
)
ROWS_AT_ONCE = 512
ADDED = {"predicted": "string", "score": "float64", "scores": "list<float>"}
DECISION = {"decision": "string"}
"""Added as well where the model has a policy."""


def run(ctx: Context, inputs: Mapping[str, Any], params: Batch) -> Mapping[str, Artifact]:
    """Stream the table through the model; at no time are all rows in memory."""
    from inkstone.components.data.writing import TableWriter
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.inference import load_model
    from inkstone.components.nlp.tagging.loading import is_tagger

    model_artifact: Model = inputs["model"]
    table: Table = inputs["table"]
    info = table.info
    table.column("text")
    if is_tagger(model_io.read_card(model_artifact.path).task):
        from inkstone.components.predict.tagging import tag_table

        return {"table": tag_table(ctx, model_artifact.path, table, params.batch_size)}
    model = load_model(model_artifact.path)
    columns_added = ADDED | (DECISION if model.decides else {})
    kept = [item for item in info.columns if item.name not in columns_added]
    added = [ColumnInfo.model_validate({"name": name, "dtype": dtype}) for name, dtype in columns_added.items()]
    done = 0
    with TableWriter(ctx.output("table"), [*kept, *added]) as writer:
        for batch in _small_batches(table):
            ctx.progress(done, info.rows)
            columns = {name: batch.column(name) for name in [ROW_ID, *(item.name for item in kept)]}
            writer.write(columns | _score(model, info, batch, params.batch_size))
            done += batch.num_rows
    ctx.progress(info.rows, info.rows)
    return {"table": writer.finish_like(info, labels=model.labels)}


def _small_batches(table: Table) -> "Iterator[pa.RecordBatch]":
    for batch in table.batches():
        for start in range(0, batch.num_rows, ROWS_AT_ONCE):
            yield batch.slice(start, ROWS_AT_ONCE)


def _score(model: "TextModel", info: TableInfo, batch: "pa.RecordBatch", batch_size: int) -> dict[str, Any]:
    texts = _texts(batch, info.roles["text"])
    pairs = _texts(batch, info.roles["text_pair"]) if "text_pair" in info.roles else None
    scores = model.scores(texts, pairs, batch_size)
    first = [answer[0] for answer in model.answers(texts, scores)]
    found: dict[str, Any] = {
        "predicted": [item.label for item in first],
        "score": [round(item.score, 6) for item in first],
        "scores": scores.round(6).tolist(),
    }
    return found | ({"decision": [item.decision for item in first]} if model.decides else {})


def _texts(batch: "pa.RecordBatch", column: str) -> list[str]:
    return ["" if value is None else str(value) for value in batch.column(column).to_pylist()]
