"""Takes its time."""

import time

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    seconds: float = param(1.0, title=text("秒", "Seconds"), help=text("等多久", "How long"), ge=0)
    stubborn: bool = param(False, title=text("固执", "Stubborn"), help=text("不理会停止", "Ignores a stop"))


SPEC = Component(
    id="data.toy_wait",
    title=text("等待", "Wait"),
    summary=text("等待", "Waits"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number"), optional=True),),
    outputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    params=Parameters,
)


def run(ctx, inputs, params):
    steps = max(1, int(params.seconds / 0.05))
    for step in range(steps):
        time.sleep(0.05)
        if not params.stubborn:
            ctx.progress(step + 1, steps)
        ctx.metric("waited", step * 0.05, step=step)
    values = inputs["number"].read()["values"] if "number" in inputs else {"number": 0}
    return {"number": Metrics.write(ctx.output("number"), {"values": values})}
