"""Registers a toy model."""

from inkstone.components.artifacts import RegisteredModel, write_json
from inkstone.components.spec import Component, Params, Port, PortType, param
from inkstone.components.texts import text


class Parameters(Params):
    name: str = param("toy", title=text("名称", "Name"), help=text("模型名称", "Name of the model"))


SPEC = Component(
    id="deliver.toy_register",
    title=text("登记", "Register"),
    summary=text("登记模型", "Registers a model"),
    inputs=(Port(name="number", type=PortType.METRICS, title=text("数", "Number")),),
    outputs=(Port(name="registered", type=PortType.REGISTERED_MODEL, title=text("登记", "Registered")),),
    params=Parameters,
    cacheable=False,
)


def run(ctx, inputs, params):
    folder = ctx.scratch() / "model"
    folder.mkdir()
    values = inputs["number"].read()["values"]
    write_json(folder / "inkstone.json", {"task": "toy", "values": values})
    reference = ctx.register_model(params.name, folder, values)
    name, version = reference.split("@")
    return {"registered": RegisteredModel.write(ctx.output("registered"), {"name": name, "version": int(version)})}
