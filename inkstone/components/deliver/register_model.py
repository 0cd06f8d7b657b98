"""``deliver.register_model``: keeps the better of the trained models under a name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from inkstone.components.artifacts import Artifact, Metrics, Model, RegisteredModel
from inkstone.components.nlp.figures import FIGURES
from inkstone.components.spec import Component, Context, Params, Port, PortType, param
from inkstone.components.texts import Text, text

if TYPE_CHECKING:
    from inkstone.components.deliver.choice import Candidate


class RegisterModel(Params):
    """Parameters of ``deliver.register_model``."""

    name: str = param(
        "model",
        min_length=1,
        max_length=100,
        impact=1,
        common=True,
        title=text("模型名称", "Model name"),
        help=text(
            "登记在“模型”页的名字；同名则成为新版本。",
            "The name on the Models page; the same name makes a new version.",
        ),
    )
    metric: Literal["macro_f1", "accuracy", "weighted_f1", "micro_f1", "loss"] = param(
        "macro_f1",
        kind="metric",
        impact=2,
        common=True,
        title=text("选优指标", "Metric"),
        help=text(
            "多个模型时，登记开发集上这个指标最好的一个；测试集不参与选择。",
            "Of several models the best by this dev figure is registered; test rows have no say.",
        ),
        choices=FIGURES,
    )


SPEC = Component(
    id="deliver.register_model",
    title=text("登记模型", "Register model"),
    summary=text("按开发集指标选出最好的模型并登记。", "Registers the model that is best on the dev rows."),
    inputs=(
        Port(name="models", type=PortType.MODEL, title=text("模型", "Models"), many=True),
        Port(name="dev_metrics", type=PortType.METRICS, title=text("开发集指标", "Dev metrics"), many=True),
        Port(
            name="test_metrics",
            type=PortType.METRICS,
            title=text("测试集指标", "Test metrics"),
            many=True,
            optional=True,
        ),
    ),
    outputs=(
        Port(name="registered", type=PortType.REGISTERED_MODEL, title=text("已登记的模型", "Registered model")),
        Port(name="metrics", type=PortType.METRICS, title=text("所选模型的指标", "Figures of the chosen model")),
    ),
    params=RegisterModel,
    keywords=("registry", "模型库", "选优"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: RegisterModel) -> Mapping[str, Artifact]:
    """Choose by dev figures alone, register, and pass the test figures of the chosen model on."""
    from inkstone.components.deliver.choice import candidates, choose

    ctx.check_cancelled()
    models: list[Model] = inputs["models"]
    found = candidates(models, inputs.get("dev_metrics") or [], inputs.get("test_metrics") or [])
    chosen, reason = choose(found, params.metric)
    ctx.log(reason)
    reference = ctx.register_model(params.name, chosen.folder, chosen.shown, reason)
    name, version = reference.rsplit("@", 1)
    for figure, value in chosen.shown.items():
        ctx.metric(f"{chosen.split}/{figure}", value)
    registered = {
        "name": name,
        "version": int(version),
        "reason": reason.model_dump(),
        "model": chosen.digest,
        "component": chosen.component,
    }
    return {
        "registered": RegisteredModel.write(ctx.output("registered"), registered),
        "metrics": Metrics.write(ctx.output("metrics"), _metrics(chosen, found, params.metric, reason)),
    }


def _metrics(chosen: "Candidate", found: "list[Candidate]", metric: str, reason: Text) -> dict[str, Any]:
    compared = [
        {
            "model": item.digest,
            "component": item.component,
            "title": item.title.model_dump(),
            "encoder": item.encoder,
            "chosen": item is chosen,
            "dev": item.dev,
            "test": item.test_values,
        }
        for item in found
    ]
    details = {key: value for key, value in (chosen.test or {}).items() if key not in {"model", "split", "values"}}
    return details | {
        "model": chosen.digest,
        "split": chosen.split,
        "values": chosen.shown,
        "metric": metric,
        "reason": reason.model_dump(),
        "compared": compared,
    }
