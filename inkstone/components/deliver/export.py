"""``deliver.export``: packs a model to take away."""

from collections.abc import Mapping
from itertools import islice
from typing import Any, Literal

from inkstone.components.artifacts import Artifact, File, Model, Table, write_json
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class Export(Params):
    """Parameters of ``deliver.export``."""

    format: Literal["safetensors", "onnx", "standalone"] = param(
        "safetensors",
        impact=2,
        common=True,
        title=text("格式", "Format"),
        help=text(
            "safetensors：原样打包，可再训练；ONNX：不需要 torch 即可运行，处理器上约快一倍；独立运行：ONNX 加脚本，不需要 Inkstone。",
            "safetensors packs the model as it is; ONNX runs without torch and about twice as fast on a processor; standalone adds"
            " a script to it that needs no Inkstone.",
        ),
        choices={
            "safetensors": text("safetensors", "safetensors"),
            "onnx": text("ONNX", "ONNX"),
            "standalone": text("独立运行", "standalone"),
        },
    )
    parity_rows: int = param(
        200,
        ge=1,
        le=100_000,
        impact=0,
        unit=text("行", "rows"),
        title=text("核对行数", "Rows of the parity check"),
        help=text(
            "导出 ONNX 后，用表中这么多行核对与原模型是否一致。",
            "After an ONNX export that many rows of the table are held against the original model.",
        ),
    )


SPEC = Component(
    id="deliver.export",
    title=text("导出模型", "Export model"),
    summary=text(
        "打包成 zip：safetensors 或 ONNX（带一致性核对）。",
        "A zip with safetensors, or with ONNX after a parity check.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("核对用的表", "Rows for the parity check"), optional=True),
    ),
    outputs=(Port(name="file", type=PortType.FILE, title=text("文件", "File")),),
    params=Export,
    keywords=("ONNX", "download", "下载", "部署"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Export) -> Mapping[str, Artifact]:
    """Write the zip and the facts about it."""
    from inkstone.components.nlp.export import export_model

    model: Model = inputs["model"]
    table: Table | None = inputs.get("table")
    folder = ctx.output("file")
    name = f"model-{params.format}.zip"
    ctx.progress(0, 1)
    probes = probes_of(table, params.parity_rows) if table is not None else []
    facts = export_model(model.path, params.format, folder / name, probes)
    ctx.progress(1, 1)
    if "label_agreement" in facts:
        agreement, difference = f"{facts['label_agreement']:.2%}", facts["largest_difference"]
        ctx.log(
            text(
                f"与原模型的标签一致率 {agreement}，最大分数差 {difference}",
                f"Labels agree with the original on {agreement}, largest score difference {difference}",
            )
        )
    document = {"name": name, "media_type": "application/zip", "bytes": facts["bytes"], "facts": facts}
    write_json(folder / "file.json", document)
    return {"file": File(folder)}


def probes_of(table: Table, limit: int) -> list[tuple[str, str | None]]:
    """Return up to ``limit`` texts (and second texts) of a table."""
    text_column, pair_column = table.column("text"), table.info.roles.get("text_pair")
    found: list[tuple[str, str | None]] = []
    for batch in table.batches([text_column, *([pair_column] if pair_column else [])]):
        second = batch.column(pair_column).to_pylist() if pair_column else [None] * batch.num_rows
        rows = zip(batch.column(text_column).to_pylist(), second, strict=True)
        found += [(str(first or ""), other) for first, other in islice(rows, limit - len(found))]
        if len(found) >= limit:
            break
    return found
