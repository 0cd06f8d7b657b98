"""Reports a dev figure that depends on one parameter, as a training does."""

import time
from pathlib import Path

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, between, param
from inkstone.components.texts import text


class Parameters(Params):
    x: float = param(
        0.5, search=between(0, 1, chosen=True), title=text("x", "x"), help=text("一个数", "A number"), ge=0, le=1
    )
    whole: int = param(1, search=between(1, 9), title=text("n", "n"), help=text("整数", "A whole number"), ge=1, le=9)
    passes: int = param(4, title=text("次数", "Passes"), help=text("看几次", "Dev passes"), ge=1)
    gate: str = param(
        "", title=text("门", "Gate"), help=text("等这个文件出现", "Waits for this file before its last pass")
    )
    broken: bool = param(False, title=text("坏", "Broken"), help=text("总是失败", "Always fails"))


SPEC = Component(
    id="train.toy_curve",
    title=text("曲线", "Curve"),
    summary=text("假装有开发集指标", "Makes as if it had a dev figure"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    outputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    params=Parameters,
)


def run(ctx, inputs, params):
    if params.broken:
        raise ValueError("broken on purpose")
    score = 0.0
    for done in range(1, params.passes + 1):
        while done == params.passes and params.gate and not Path(params.gate).exists():
            ctx.check_cancelled()
            time.sleep(0.05)
        score = (1 - (params.x - 0.3) ** 2) * done / params.passes
        ctx.metric("dev/score", score, step=done, epoch=done)
    return {"number": Metrics.write(ctx.output("number"), {"values": {"score": score, "number": params.x}})}
