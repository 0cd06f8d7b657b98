"""Adds numbers."""

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    plus: int = param(0, title=text("再加", "Plus"), help=text("再加上它", "Added on top"))
    seed: int | None = param(None, title=text("种子", "Seed"), help=text("不用", "Unused"), kind="seed")


SPEC = Component(
    id="data.toy_add",
    title=text("相加", "Add"),
    summary=text("把数相加", "Adds numbers"),
    inputs=(
        Port(name="numbers", type=PortType.METRICS, title=text("数", "Numbers"), many=True),
        Port(name="more", type=PortType.METRICS, title=text("更多", "More"), optional=True),
    ),
    outputs=(Port(name="sum", type=PortType.METRICS, title=text("和", "Sum")),),
    params=Parameters,
)


def run(ctx, inputs, params):
    numbers = [*inputs["numbers"], *([inputs["more"]] if "more" in inputs else [])]
    total = sum(item.read()["values"]["number"] for item in numbers) + params.plus
    ctx.metric("sum", total)
    return {"sum": Metrics.write(ctx.output("sum"), {"values": {"number": total}})}
