"""``pretrain.keep_encoder``: puts an encoder among those that every training can start from."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Report
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class KeepEncoder(Params):
    """Parameters of ``pretrain.keep_encoder``."""

    name: str = param(
        ...,
        impact=1,
        common=True,
        min_length=1,
        max_length=100,
        title=text("名称", "Name"),
        help=text(
            "编码器的名称；之后在任何训练组件的“编码器”中填这个名称即可。",
            "What to call it; any training component then takes this name as its encoder.",
        ),
    )
    replace: bool = param(
        False,
        impact=0,
        title=text("替换同名编码器", "Replace"),
        help=text("已有同名编码器时替换它；否则报错。", "Replaces an encoder of that name; otherwise it is an error."),
    )


SPEC = Component(
    id="pretrain.keep_encoder",
    title=text("保存编码器", "Keep the encoder"),
    summary=text(
        "把预训练的编码器存入编码器库，供训练组件选用。",
        "Puts a pre-trained encoder among those that training can start from.",
    ),
    inputs=(Port(name="encoder", type=PortType.ENCODER, title=text("编码器", "Encoder")),),
    outputs=(Port(name="report", type=PortType.REPORT, title=text("报告", "Report")),),
    params=KeepEncoder,
    cacheable=False,
    keywords=("encoder", "编码器", "保存", "zoo"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: KeepEncoder) -> Mapping[str, Artifact]:
    """Copy the encoder into ``INKSTONE_HOME/encoders``."""
    from inkstone.components.nlp.zoo import import_encoder

    ctx.check_cancelled()
    folder = import_encoder(inputs["encoder"].path, params.name, replace=params.replace)
    size = sum(item.stat().st_size for item in folder.iterdir())
    facts = [
        [text("名称", "Name").model_dump(), folder.name],
        [text("大小（字节）", "Size in bytes").model_dump(), size],
    ]
    title = text("已保存的编码器", "The encoder that was kept").model_dump()
    sections = [{"title": title, "kind": "facts", "facts": facts}]
    return {"report": Report.write(ctx.output("report"), {"title": title, "sections": sections})}
