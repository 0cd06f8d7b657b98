"""``tag.compose``: makes one model of several, with one answer a text."""

from collections.abc import Mapping
from typing import Any

from inkstone.components.artifacts import Artifact, Metrics, Model
from inkstone.components.spec import Component, Context, Params, Port, PortType
from inkstone.components.texts import text

SPEC = Component(
    id="tag.compose",
    title=text("组合标签模型", "Compose taggers"),
    summary=text(
        "把类别、多标签、关键词、实体模型合成一个：一次请求，一个答案。",
        "Joins models of category, labels, keywords and entities: one request, one answer.",
    ),
    inputs=(
        Port(name="category", type=PortType.MODEL, title=text("类别", "Category"), optional=True),
        Port(name="labels", type=PortType.MODEL, title=text("多标签", "Labels"), optional=True),
        Port(name="keywords", type=PortType.MODEL, title=text("关键词", "Keywords"), optional=True),
        Port(name="entities", type=PortType.MODEL, title=text("实体", "Entities"), optional=True),
        Port(
            name="metrics",
            type=PortType.METRICS,
            title=text("各模型的指标", "Figures of the models"),
            optional=True,
            many=True,
        ),
    ),
    outputs=(
        Port(name="model", type=PortType.MODEL, title=text("模型", "Model")),
        Port(name="metrics", type=PortType.METRICS, title=text("指标", "Metrics")),
    ),
    params=Params,
    keywords=("tagging", "标签", "组合", "部署", "universal tagging", "通用文本打标"),
)


def run(ctx: Context, inputs: Mapping[str, Any], params: Params) -> Mapping[str, Artifact]:
    """Copy the parts into one folder; each must give what its port says."""
    from inkstone.components.nlp import model_io
    from inkstone.components.nlp.tagging.composed import PARTS, compose
    from inkstone.components.nlp.tagging.errors import NOTHING_TO_COMPOSE
    from inkstone.components.nlp.tagging.requirements import require_answer

    ctx.check_cancelled()
    models: dict[str, Model] = {name: inputs[name] for name in PARTS if inputs.get(name) is not None}
    if not models:
        raise NOTHING_TO_COMPOSE(at="entities")
    for name, model in models.items():
        require_answer(model.path, name)
    owners = {model_io.read_card(model.path).digest: name for name, model in models.items()}
    values: dict[str, float] = {}
    for document in (item.read() for item in inputs.get("metrics") or []):
        owner = owners.get(document["model"])
        if owner is not None:
            values |= {f"{owner}/{figure}": value for figure, value in document["values"].items()}
    folder = ctx.output("model")
    parts = {name: model.path for name, model in models.items()}
    card = compose(parts, folder, {"component": SPEC.key, "metrics": values})
    for figure, value in values.items():
        ctx.metric(f"test/{figure}", value)
    document = {"model": card.digest, "split": "test", "values": values, "parts": card.settings["parts"]}
    return {"model": Model(folder), "metrics": Metrics.write(ctx.output("metrics"), document)}
