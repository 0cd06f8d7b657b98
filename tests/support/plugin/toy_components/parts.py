"""Gives one number always, and another when it is asked to."""

from inkstone.components.artifacts import Metrics
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    both: bool = param(False, title=text("两个", "Both"), help=text("也给第二个", "Give the second, too"))


SPEC = Component(
    id="data.toy_parts",
    title=text("部分", "Parts"),
    summary=text("给出一个或两个数", "Gives one number or two"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    outputs=(
        Port(name="first", type=PortType.METRICS, title=text("其一", "First")),
        Port(name="second", type=PortType.METRICS, title=text("其二", "Second"), optional=True),
    ),
    params=Parameters,
)


def run(ctx, inputs, params):
    value = inputs["number"].read()["values"]["number"]
    given = {"first": Metrics.write(ctx.output("first"), {"values": {"number": value}})}
    if params.both:
        given["second"] = Metrics.write(ctx.output("second"), {"values": {"number": value * 10}})
    return given
