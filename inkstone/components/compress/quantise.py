"""``compress.quantise``: numbers of fewer bits, held against the original on real rows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, Table
from inkstone.components.compress.parameters import METRICS, MODEL
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text

if TYPE_CHECKING:
    from pathlib import Path


class Quantise(Params):
    """Parameters of ``compress.quantise``."""

    precision: Literal["int8_dynamic", "int8_static", "fp16", "bf16"] = param(
        "int8_dynamic",
        impact=3,
        common=True,
        title=text("精度", "Precision"),
        help=text(
            "动态 int8：约四分之一大小，处理器上最快，无需校准；静态 int8：用真实文本校准；fp16、bf16：一半大小，几乎不损失精度，适合显卡。",
            "Dynamic int8: a quarter of the size, fastest on a processor, no calibration. Static int8: calibrated on real texts. "
            "fp16 and bf16: half the size, hardly any loss, for GPUs.",
        ),
        choices={
            "int8_dynamic": text("int8（动态）", "int8 (dynamic)"),
            "int8_static": text("int8（静态，需校准）", "int8 (static, calibrated)"),
            "fp16": text("fp16", "fp16"),
            "bf16": text("bf16", "bf16"),
        },
    )
    agreement: float = param(
        0.98,
        ge=0,
        le=1,
        impact=2,
        common=True,
        title=text("要求的标签一致率", "Agreement asked for"),
        help=text(
            "量化前后标签相同的行的比例；达不到时按下一项处理。",
            "Share of the rows on which labels must stay the same; what happens otherwise says the next field.",
        ),
    )
    fallback: bool = param(
        True,
        impact=1,
        title=text("不一致时逐个算子恢复", "Leave operators in float"),
        help=text(
            "一致率不够时，把损害最大的算子依次恢复为浮点，直到达标；关闭则报错。",
            "When labels agree too rarely, the operators that do most harm stay in float; off, that is an error.",
        ),
    )
    rows: int = param(
        300,
        ge=1,
        le=100_000,
        impact=1,
        unit=text("行", "rows"),
        title=text("核对与校准的行数", "Rows for parity and calibration"),
        help=text("从表的开头取这么多行。", "So many rows from the head of the table."),
    )


SPEC = Component(
    id="compress.quantise",
    title=text("量化", "Quantise"),
    summary=text(
        "int8、fp16、bf16：更小更快，在真实文本上核对，损害大的算子保留浮点。",
        "int8, fp16 or bf16: smaller and faster, held against the original on real rows, harmful operators left in float.",
    ),
    inputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="table", type=PortType.TABLE, title=text("核对与校准用的表", "Rows for calibration"), optional=True),
    ),
    outputs=(MODEL, METRICS),
    params=Quantise,
    keywords=("int8", "fp16", "bf16", "quantization", "量化", "ONNX", "加速", "压缩"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Quantise) -> Mapping[str, Artifact]:
    """Quantise, check parity, and give the figures of labelled rows."""
    from inkstone.components.deliver.export import probes_of
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.compression.quantisation import quantise

    model: Model = inputs["model"]
    table: Table | None = inputs.get("table")
    ctx.check_cancelled()
    ctx.progress(0, 1)
    probes = probes_of(table, params.rows) if table is not None else []
    folder = ctx.output("model")
    facts = quantise(
        model.path, folder, params.precision, probes, wanted=params.agreement, fallback=params.fallback,
        check=ctx.check_cancelled,
    )  # fmt: skip
    sizes = {"bytes_before": _bytes(model.path), "bytes": _bytes(folder)}
    ctx.log(
        text(
            f"标签一致率 {facts['label_agreement']:.1%}，大小 {sizes['bytes'] / 1e6:.1f} MB（原 {sizes['bytes_before'] / 1e6:.1f} MB），"
            f"{len(facts['kept_in_float'])} 个算子保留浮点",
            f"Labels agree on {facts['label_agreement']:.1%}; {sizes['bytes'] / 1e6:.1f} MB instead of "
            f"{sizes['bytes_before'] / 1e6:.1f}; {len(facts['kept_in_float'])} operators stay in float",
        )
    )
    values = _figures(folder, table) if table is not None and "label" in table.info.roles else {}
    card = model_io.amend(folder, component=SPEC.key, metrics=values)
    written = {"model": card.digest, "split": "dev", "values": values, "quantised": facts, **sizes}
    ctx.progress(1, 1)
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), written)}


def _figures(folder: "Path", table: Table) -> dict[str, float]:
    from inkstone.components.nlp.fewshot.folds import score
    from inkstone.components.nlp.model_io import read_card
    from inkstone.components.nlp.rows import read_rows

    rows = read_rows(table).labelled()
    return score(folder, rows, read_card(folder).labels) if rows.texts else {}


def _bytes(folder: "Path") -> int:
    return sum(item.stat().st_size for item in folder.rglob("*") if item.is_file())
