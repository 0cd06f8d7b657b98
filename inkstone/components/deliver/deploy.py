"""``deliver.deploy``: lets a registered model answer requests."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, RegisteredModel
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import text


class Deploy(Params):
    """Parameters of ``deliver.deploy``."""

    name: str = param(
        "",
        max_length=100,
        impact=1,
        common=True,
        title=text("服务名称", "Name of the deployment"),
        help=text(
            "请求所用的固定名称；留空则与模型同名。已有同名服务时，换成这个版本，可随时退回。",
            "The fixed name that requests use; empty takes the model's. A deployment of that name changes to this version, and can go back.",
        ),
    )


SPEC = Component(
    id="deliver.deploy",
    title=text("部署模型", "Deploy model"),
    summary=text("让登记好的模型开始回答请求。", "Lets the registered model answer requests."),
    inputs=(Port(name="registered", type=PortType.REGISTERED_MODEL, title=text("已登记的模型", "Registered model")),),
    outputs=(Port(name="registered", type=PortType.REGISTERED_MODEL, title=text("已部署的模型", "Deployed model")),),
    params=Deploy,
    cacheable=False,  # what answers may have been changed since
    keywords=("serve", "service", "服务", "上线", "REST"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Deploy) -> Mapping[str, Artifact]:
    """Put the version behind the name; servers take it up within a second."""
    ctx.check_cancelled()
    registered: RegisteredModel = inputs["registered"]
    facts = registered.read()
    reference = f"{facts['name']}@{facts['version']}"
    name = ctx.deploy_model(reference, params.name or facts["name"])
    ctx.log(text(f"{reference} 现在以“{name}”回答请求。", f"{reference} answers requests as '{name}' now."))
    return {"registered": RegisteredModel.write(ctx.output("registered"), facts | {"deployment": name})}
