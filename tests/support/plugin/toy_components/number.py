"""Gives a number."""

from typing import Literal

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    value: int = param(1, title=text("数", "Number"), help=text("给出的数", "The number given"), ge=0, le=1000)
    name: str = param(..., title=text("名称", "Name"), help=text("任意", "Anything"))
    mode: Literal["plain", "double"] = param("plain", title=text("方式", "Mode"), help=text("怎样给", "How"))
    threads: int = param(
        1, title=text("线程", "Threads"), help=text("不影响结果", "Changes nothing"), fingerprint=False
    )


SPEC = Component(
    id="data.toy_number",
    title=text("数", "Number"),
    summary=text("给出一个数", "Gives a number"),
    outputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    params=Parameters,
)


def run(ctx, inputs, params):
    value = params.value * (2 if params.mode == "double" else 1)
    ctx.log(text("给出一个数", "Gives a number"))
    ctx.metric("number", value)
    return {"number": Metrics.write(ctx.output("number"), {"values": {"number": value}})}
